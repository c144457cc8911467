// Runs configurable-http-proxy with connections to unix sockets that it closes itself.
//
//   node front.mjs PATH/TO/configurable-http-proxy [its own arguments]
//
// As it comes, the proxy opens a connection for every request to a unix socket and asks the server to
// close it. Node ends a body with an empty write; if the answer is out and the connection closed by
// then, that write fails with EPIPE and the browser is told 503 though its request was served
// (nodejs/node#40553; three in a hundred POSTs here). So the server is asked to keep the connection,
// and we close it when the answer is whole. None is used twice: a server that was killed and came
// back would be asked over a dead one.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import http from "node:http";
import { pathToFileURL } from "node:url";

const [, , program] = process.argv;
process.argv.splice(1, 1); // the program finds its arguments where it looks for them

class Closing extends http.Agent {
  addRequest(request, ...rest) {
    // A visitor's own "Connection: close" is between the visitor and us.
    const upgrades = /upgrade/i.test(String(request.getHeader("connection")));
    if (!upgrades) request.setHeader("connection", "keep-alive");
    super.addRequest(request, ...rest);
  }

  keepSocketAlive() {
    return false; // done with: close it
  }
}

const closing = new Closing({ keepAlive: true });
const library = join(dirname(program), "..", createRequire(program)("../package.json").main);
const { ConfigurableProxy } = await import(pathToFileURL(library).href);
const plain = ConfigurableProxy.prototype.proxyOptsForTarget;
ConfigurableProxy.prototype.proxyOptsForTarget = function (target) {
  const options = plain.call(this, target);
  if (target.protocol.includes("unix")) options.agent = closing;
  return options;
};
await import(pathToFileURL(program).href);
