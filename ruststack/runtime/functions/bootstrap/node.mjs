// Runs a Node.js function by the Runtime API, where AWS's own client (aws-lambda-ric) is not installed.
// It is run by the function's own Node.js, and imports nothing of ours.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import * as modules from "node:module";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const { AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: root } = process.env;
const [host, port] = [api.slice(0, api.lastIndexOf(":")), api.slice(api.lastIndexOf(":") + 1)];
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const descriptor = Number(process.env._LAMBDA_TELEMETRY_LOG_FD);
const isJson = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const LEVELS = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 };
const least = LEVELS[process.env.AWS_LAMBDA_LOG_LEVEL] ?? 0;
const STREAMS = Symbol.for("aws.lambda.runtime.handler.streaming");
const HTTP_TYPE = "application/vnd.awslambda.http-integration-response";
const NEVER_SETTLED =
  "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. " +
  "For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes";
let requestId;
delete process.env._LAMBDA_TELEMETRY_LOG_FD;
delete process.env._RUSTSTACK_OPT;

// As AWS's client logs an error: a stack in place of a trace.
function logError(title, error) {
  const { trace, ...told } = described(error);
  if (isJson) log("ERROR", [{ ...told, stackTrace: trace }]);
  else log("ERROR", [`${title} \t${JSON.stringify({ ...told, stack: trace })}`]);
}

// A frame: its text may hold line ends, and is one event of the log all the same.
function write(text) {
  const body = Buffer.from(text, "utf8");
  const head = Buffer.alloc(16);
  head.writeUInt32BE(0xa55a0003, 0);
  head.writeUInt32BE(body.length, 4);
  head.writeBigInt64BE(BigInt(Date.now()) * 1000n, 8);
  fs.writeSync(descriptor, Buffer.concat([head, body]));
}

function log(level, parts) {
  if (isJson) {
    if (LEVELS[level] < least) return;
    const entry = { timestamp: new Date().toISOString(), level, requestId };
    const only = parts.length === 1 ? parts[0] : undefined;
    if (only instanceof Error) Object.assign(entry, described(only));
    else entry.message = typeof only === "object" && only !== null ? only : format(...parts);
    write(JSON.stringify(entry));
  } else {
    write(`${new Date().toISOString()}\t${requestId ?? "undefined"}\t${level}\t${format(...parts)}`);
  }
}

for (const [method, level] of Object.entries({
  trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR",
})) {
  console[method] = (...parts) => log(level, parts);
}

globalThis.awslambda = {
  streamifyResponse: (handler, options) => {
    handler[STREAMS] = "response";
    handler.options = options;
    return handler;
  },
  HttpResponseStream: {
    from: (stream, prelude) => {
      stream.setContentType(HTTP_TYPE);
      stream.write(JSON.stringify(prelude));
      stream.write(Buffer.alloc(8));
      return stream;
    },
  },
};

function ask(method, where, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, agent, method, path: `/2018-06-01/runtime/${where}`, headers }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
      answer.on("error", reject);
    });
    request.on("error", reject);
    request.setTimeout(0);
    request.setNoDelay(true);
    request.end(body);
  });
}

function described(error) {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function tell(where, error) {
  const told = described(error);
  const headers = { "Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": told.errorType };
  return ask("POST", where, headers, JSON.stringify(told));
}

class Failure extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

// The folders of NODE_PATH in which there is something that Node.js does not bring itself.
function packageFolders() {
  const folders = (process.env.NODE_PATH ?? "").split(path.delimiter);
  return folders.filter((folder) => {
    if (path.basename(folder) !== "node_modules" || !fs.existsSync(folder)) return false;
    return fs.readdirSync(folder).some((name) => !["npm", "corepack"].includes(name));
  });
}

// It costs a thread, which few functions need.
function searchNodePath() {
  const major = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? "")?.[1]);
  const folders = major >= 18 && modules.register !== undefined ? packageFolders() : [];
  if (folders.length > 0) modules.register("./node_path.mjs", import.meta.url, { data: folders });
}

async function load(spec) {
  const base = path.basename(spec);
  const at = base.indexOf(".");
  if (at < 0) throw new Failure("Runtime.MalformedHandlerName", "Bad handler");
  const file = path.join(root, path.dirname(spec), base.slice(0, at));
  const found = ["", ".js", ".mjs", ".cjs"].map((end) => file + end).find((each) => fs.statSync(each, { throwIfNoEntry: false })?.isFile());
  const module = await imported(found, base.slice(0, at), file);
  const handler = base.slice(at + 1).split(".").reduce((inside, name) => inside?.[name], module);
  if (handler === undefined) throw new Failure("Runtime.HandlerNotFound", `${spec} is undefined or not exported`);
  if (typeof handler !== "function") throw new Failure("Runtime.HandlerNotFound", `${spec} is not a function`);
  return handler;
}

async function imported(found, name, file) {
  const require = modules.createRequire(path.join(root, "index.js"));
  try {
    if (found === undefined) return require(require.resolve(file));
    if (found.endsWith(".mjs")) return await import(pathToFileURL(found).href);
    try {
      return require(found);
    } catch (error) {
      if (error.code !== "ERR_REQUIRE_ESM" && !(error instanceof SyntaxError)) throw error;
      return await import(pathToFileURL(found).href);
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw Object.assign(new Failure("Runtime.UserCodeSyntaxError", String(error)), { stack: error.stack });
    if (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND") {
      throw Object.assign(new Failure("Runtime.ImportModuleError", `Error: ${error.message}`), { stack: error.stack });
    }
    throw error;
  }
}

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const parsed = (name) => (headers[name] ? JSON.parse(headers[name]) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed("lambda-runtime-client-context"),
    identity: parsed("lambda-runtime-cognito-identity"),
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

// The answer is a promise's, or a callback's: then it waits for the event loop to empty, if the context says so.
// Where that empties without an answer, it is null, but an error of an async function.
function called(handler, event, context) {
  return new Promise((resolve, reject) => {
    const isAsync = handler.constructor.name === "AsyncFunction";
    let idle = () => (isAsync ? reject(new Failure("Runtime.NodeJsExit", NEVER_SETTLED)) : resolve(null));
    const atIdle = () => idle();
    process.once("beforeExit", atIdle);
    let isTold = false;
    const once = (act) => (...given) => {
      if (!isTold) act(...given);
      isTold = true;
    };
    const over = (end, value) => {
      process.removeListener("beforeExit", atIdle);
      end(value);
    };
    const isError = (error) => error !== null && error !== undefined;
    const done = (error, value) => (isError(error) ? over(reject, error) : over(resolve, value));
    const callback = (error, value) => {
      if (isError(error)) over(reject, error);
      else if (context.callbackWaitsForEmptyEventLoop) idle = () => resolve(value);
      else setImmediate(over, resolve, value);
    };
    context.done = once(done);
    context.succeed = once((value) => done(null, value));
    context.fail = once((error) => done(error ?? "handled"));
    try {
      const value = handler(event, context, once(callback));
      if (typeof value?.then === "function") value.then(context.succeed, context.fail);
    } catch (error) {
      over(reject, error);
    }
  });
}

function written(value) {
  try {
    return JSON.stringify(value === undefined ? null : value);
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

function streamed(handler, event, context) {
  return new Promise((resolve, reject) => {
    const stream = new PassThrough();
    let type = "application/octet-stream";
    let request;
    stream.setContentType = (given) => (type = given);
    const open = () => {
      const headers = {
        "Content-Type": type, "Transfer-Encoding": "chunked", "Lambda-Runtime-Function-Response-Mode": "streaming",
        Trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
      };
      const where = `/2018-06-01/runtime/invocation/${context.awsRequestId}/response`;
      request = http.request({ host, port, method: "POST", path: where, headers }, (answer) => answer.resume().on("end", resolve));
      request.on("error", reject);
    };
    const begun = (piece) => request ?? open();
    stream.on("data", (piece) => { begun(); request.write(piece); });
    stream.on("end", () => { begun(); request.end(); });
    Promise.resolve(handler(event, stream, context)).catch((error) => {
      if (request === undefined) return reject(error);
      const told = described(error);
      logError("Invoke Error", error);
      request.addTrailers({
        "Lambda-Runtime-Function-Error-Type": told.errorType,
        "Lambda-Runtime-Function-Error-Body": Buffer.from(JSON.stringify(told)).toString("base64"),
      });
      request.end();
    });
  });
}

async function serve(handler) {
  for (;;) {
    const { headers, body } = await ask("GET", "invocation/next");
    const context = contextOf(headers);
    requestId = context.awsRequestId;
    process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"] ?? "";
    const where = `invocation/${requestId}`;
    try {
      const event = JSON.parse(body.toString("utf8"));
      if (handler[STREAMS] !== undefined) {
        await streamed(handler, event, context);
      } else {
        const value = await called(handler, event, context);
        const answer = await ask("POST", `${where}/response`, { "Content-Type": "application/json" }, written(value));
        if (answer.status === 413) log("ERROR", ["Invoke Error", answer.body.toString()]);
      }
    } catch (error) {
      logError("Invoke Error", error);
      await tell(`${where}/error`, error);
    }
  }
}

async function end(kind, error) {
  const failure = Object.assign(new Failure(kind, String(error?.stack ? error : error)), { stack: error?.stack });
  logError(kind === "Runtime.UnhandledPromiseRejection" ? "Unhandled Promise Rejection" : "Uncaught Exception", failure);
  await tell(requestId === undefined ? "init/error" : `invocation/${requestId}/error`, kind === "Runtime.UnhandledPromiseRejection" ? failure : error);
  process.exit(kind === "Runtime.UnhandledPromiseRejection" ? 128 : 129);
}
process.on("uncaughtException", (error) => end("Runtime.UncaughtException", error));
process.on("unhandledRejection", (error) => end("Runtime.UnhandledPromiseRejection", error));

let handler;
try {
  searchNodePath();
  handler = await load(process.argv[2]);
} catch (error) {
  logError("Uncaught Exception", error);
  await tell("init/error", error);
  process.exit(1);
}
await serve(handler);
