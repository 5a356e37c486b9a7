/** Files of a folder as answers, for whoever has some: hono's own, so that one folder knows the server's package. */
export { serveStatic } from '@hono/node-server/serve-static'
