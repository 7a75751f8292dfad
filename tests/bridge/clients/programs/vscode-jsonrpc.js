// vscode-jsonrpc, with Content-Length: node vscode-jsonrpc.js tcp HOST PORT, or stdio COMMAND to start a server with
"use strict";

const { spawn } = require("node:child_process");
const net = require("node:net");
const rpc = require("vscode-jsonrpc/node");
const { drive, told } = require("./driver");

function streams(transport, ...place) {
  if (transport === "stdio") {
    const server = spawn(place[0], place.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
    return [server.stdout, server.stdin];
  }
  const socket = net.connect({ host: place[0], port: place[1] });
  return [socket, socket];
}

const [reading, writing] = streams(...process.argv.slice(2));
const connection = rpc.createMessageConnection(
  new rpc.StreamMessageReader(reading),
  new rpc.StreamMessageWriter(writing),
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
