// vscode-jsonrpc, over TCP with Content-Length: node vscode-jsonrpc.js HOST PORT
"use strict";

const net = require("node:net");
const rpc = require("vscode-jsonrpc/node");
const { drive, told } = require("./driver");

const [host, port] = process.argv.slice(2);
const socket = net.connect({ host, port });
const connection = rpc.createMessageConnection(
  new rpc.SocketMessageReader(socket),
  new rpc.SocketMessageWriter(socket),
);
connection.onError(([fault]) => {
  throw fault;
});
connection.listen();

const cancellations = new Map();

function parameters(params) {
  if (params === null) return [];
  return Array.isArray(params)
    ? [rpc.ParameterStructures.byPosition, ...params]
    : [rpc.ParameterStructures.byName, params];
}

async function call(...message) {
  try {
    return { value: await connection.sendRequest(...message) };
  } catch (fault) {
    return told(fault);
  }
}

const actions = {
  call({ method, params }) {
    return call(method, ...parameters(params));
  },
  async notify({ method, params }) {
    await connection.sendNotification(method, ...parameters(params));
    return { value: null };
  },
  call_cancellable({ method, params, name }) {
    cancellations.set(name, new rpc.CancellationTokenSource());
    return call(method, ...parameters(params), cancellations.get(name).token);
  },
  async cancel({ name }) {
    cancellations.get(name).cancel();
    return { value: null };
  },
};

drive(actions, () => connection.end());
