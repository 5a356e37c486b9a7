/**
 * A local server that speaks EventStoreDB's public protocol over gRPC, with the definitions of the client's package:
 * append, read, subscribe and the server's features. It can be away, lose answers, and deny access.
 */

import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import grpc from '@grpc/grpc-js'
import { EventStore, type Expected, type ProposedRecord, type StoredRecord } from './event-store.js'

export interface EventStoreServer {
  readonly url: string
  readonly store: EventStore
  /** Called before each append; what it says happens. */
  onAppend: (stream: string) => 'answer' | 'refuse' | 'lose the answer' | 'deny' | 'keep silent'
  /** Breaks every connection and listens no more; `start` listens on the same port again. */
  stop(): Promise<void>
  start(): Promise<void>
}

export const startEventStoreServer = async (): Promise<EventStoreServer> => {
  const store = new EventStore()
  let port = 0
  let server: grpc.Server | undefined
  const started: EventStoreServer = {
    get url() {
      return `esdb://127.0.0.1:${port}?tls=false&defaultDeadline=1000`
    },
    store,
    onAppend: () => 'answer',
    start: async () => {
      server = serve(started)
      port = await listen(server, port)
    },
    stop: async () => {
      server?.forceShutdown()
      server = undefined
    },
  }
  await started.start()
  return started
}

const serve = (of: EventStoreServer): grpc.Server => {
  const server = new grpc.Server()
  server.addService(streamsService.StreamsService, {
    append: (call: AppendCall, answer: AppendAnswer) => append(of, call, answer),
    read: (call: ReadCall) => read(of.store, call),
  })
  server.addService(featuresService.ServerFeaturesService, {
    getSupportedMethods: (_: unknown, answer: grpc.sendUnaryData<unknown>) => {
      const supported = new features.SupportedMethods()
      supported.setEventStoreServerVersion('23.10.0')
      answer(null, supported)
    },
  })
  return server
}

const listen = (server: grpc.Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    )
  })

type AppendCall = grpc.ServerReadableStream<Streams.AppendReq, Streams.AppendResp>
type AppendAnswer = grpc.sendUnaryData<Streams.AppendResp>
type ReadCall = grpc.ServerWritableStream<Streams.ReadReq, Streams.ReadResp>

const append = (of: EventStoreServer, call: AppendCall, answer: AppendAnswer): void => {
  let options: Streams.AppendReq.Options | undefined
  const proposed: ProposedRecord[] = []
  call.on('data', (request: Streams.AppendReq) => {
    options = request.getOptions() ?? options
    const message = request.getProposedMessage()
    if (message !== undefined) proposed.push(recordOf(message))
  })
  call.on('end', () => {
    const stream = nameOf(options?.getStreamIdentifier()?.getStreamName_asU8())
    const what = of.onAppend(stream)
    if (what === 'refuse') return answer(unavailable())
    if (what === 'deny') return answer(denied())
    const appended = of.store.append(stream, expectedOf(options), proposed)
    if (what === 'lose the answer') return answer(unavailable())
    if (what === 'keep silent') return
    if (appended.kind === 'too large') return answer(tooLarge(appended.limit))
    answer(null, responseTo(appended))
  })
  call.on('error', () => undefined)
}

const responseTo = (
  appended:
    | { readonly kind: 'appended'; readonly revision: number }
    | { readonly kind: 'wrong version'; readonly current: number },
): Streams.AppendResp => {
  const response = new streams.AppendResp()
  if (appended.kind === 'appended') {
    const success = new streams.AppendResp.Success()
    success.setCurrentRevision(String(appended.revision))
    return response.setSuccess(success)
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion()
  if (appended.current === -1) wrong.setCurrentNoStream(new shared.Empty())
  else wrong.setCurrentRevision(String(appended.current))
  return response.setWrongExpectedVersion(wrong)
}

/** Everything that was asked for, and, to a subscription, whatever comes after it. */
const read = (store: EventStore, call: ReadCall): void => {
  const options = call.request.getOptions()
  const ofStream = options?.getStream()
  const stream = ofStream === undefined ? undefined : nameOf(ofStream.getStreamIdentifier()?.getStreamName_asU8())
  const records = stream === undefined ? store.all : (store.streams.get(stream) ?? [])
  if (options?.hasSubscription() === true) return subscribe(store, call, stream, records)
  if (stream !== undefined && records.length === 0) {
    const identifier = new shared.StreamIdentifier()
    identifier.setStreamName(Buffer.from(stream))
    const notFound = new streams.ReadResp.StreamNotFound()
    notFound.setStreamIdentifier(identifier)
    call.write(new streams.ReadResp().setStreamNotFound(notFound))
    call.end()
    return
  }
  const backwards = options?.getReadDirection() === 1
  const from = ofStream?.hasRevision() === true ? Number(ofStream.getRevision()) : backwards ? records.length - 1 : 0
  const asked = backwards ? records.slice(0, from + 1).reverse() : records.slice(from)
  for (const record of asked.slice(0, Number(options?.getCount() ?? 0))) call.write(eventOf(record))
  call.end()
}

const subscribe = (
  store: EventStore,
  call: ReadCall,
  stream: string | undefined,
  past: ReadonlyArray<StoredRecord>,
): void => {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation()
  confirmation.setSubscriptionId('subscription')
  call.write(new streams.ReadResp().setConfirmation(confirmation))
  for (const record of past) call.write(eventOf(record))
  const end = store.watch((record) => {
    if (stream === undefined || record.stream === stream) call.write(eventOf(record))
  })
  call.on('cancelled', () => {
    end()
    call.end()
  })
}

const eventOf = (record: StoredRecord): Streams.ReadResp => {
  const identifier = new shared.StreamIdentifier()
  identifier.setStreamName(Buffer.from(record.stream))
  const id = new shared.UUID()
  id.setString(record.id)
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
  recorded.setId(id)
  recorded.setStreamIdentifier(identifier)
  recorded.setStreamRevision(String(record.revision))
  recorded.setCommitPosition(String(record.position))
  recorded.setPreparePosition(String(record.position))
  recorded.getMetadataMap().set('type', record.type)
  recorded.getMetadataMap().set('content-type', record.contentType)
  recorded.getMetadataMap().set('created', '0')
  recorded.setData(record.data)
  recorded.setCustomMetadata(record.metadata)
  const event = new streams.ReadResp.ReadEvent()
  event.setEvent(recorded)
  event.setCommitPosition(String(record.position))
  return new streams.ReadResp().setEvent(event)
}

const recordOf = (message: Streams.AppendReq.ProposedMessage): ProposedRecord => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
})

const expectedOf = (options: Streams.AppendReq.Options | undefined): Expected => {
  if (options?.hasRevision() === true) return Number(options.getRevision())
  if (options?.hasNoStream() === true) return 'no stream'
  return options?.hasStreamExists() === true ? 'stream exists' : 'any'
}

const nameOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8')

const failure = (
  code: grpc.status,
  details: string,
  metadata: Readonly<Record<string, string>> = {},
): grpc.ServiceError => {
  const told = new grpc.Metadata()
  for (const [key, value] of Object.entries(metadata)) told.set(key, value)
  return Object.assign(new Error(details), { code, details, metadata: told })
}

const unavailable = (): grpc.ServiceError => failure(grpc.status.UNAVAILABLE, 'the server is not ready')
const denied = (): grpc.ServiceError => failure(grpc.status.PERMISSION_DENIED, 'no', { exception: 'access-denied' })
const tooLarge = (limit: number): grpc.ServiceError =>
  failure(grpc.status.INVALID_ARGUMENT, 'too large', {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  })
