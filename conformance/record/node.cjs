// Loaded into Node by the recorder (NODE_OPTIONS=--require): Node's own HTTP agents ignore HTTP_PROXY, so each of their
// connections is opened through the recording proxy by CONNECT, plain HTTP too. The program need not be changed.
"use strict";

const http = require("node:http");
const https = require("node:https");
const net = require("node:net");
const tls = require("node:tls");

const proxy = new URL(process.env.RUSTSTACK_CONFORM_PROXY);
const bypassed = (process.env.NO_PROXY || "").split(",").filter(Boolean);

function tunnel(authority, done) {
  const socket = net.connect({ host: proxy.hostname, port: Number(proxy.port) });
  let head = Buffer.alloc(0);
  const fail = (error) => done(error);
  const read = (bytes) => {
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    socket.off("data", read).off("error", fail);
    const status = head.toString("latin1").split(" ")[1];
    if (status !== "200") {
      socket.destroy();
      done(new Error(`the recording proxy does not connect to ${authority}: ${status}`));
      return;
    }
    if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
    done(null, socket);
  };
  socket.on("data", read).once("error", fail);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
}

function through(agentClass, defaultPort, secure) {
  const straight = agentClass.prototype.createConnection;
  agentClass.prototype.createConnection = function createConnection(options, done) {
    const host = (options && (options.host || options.hostname)) || "localhost";
    const isProxy = host === proxy.hostname && String(options.port) === proxy.port;
    if (!options || options.socketPath || options.socket || isProxy || bypassed.includes(host)) {
      return straight.apply(this, arguments);
    }
    const authority = `${net.isIPv6(host) ? `[${host}]` : host}:${options.port || defaultPort}`;
    tunnel(authority, (error, socket) => {
      if (error) return done(error);
      if (!secure) return done(null, socket);
      const servername = options.servername || (net.isIP(host) ? "" : host);
      return done(null, tls.connect({ ...options, socket, servername, host: undefined, path: undefined }));
    });
    return undefined;
  };
}

through(http.Agent, 80, false);
through(https.Agent, 443, true);
