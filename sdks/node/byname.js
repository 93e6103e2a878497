// For SDKs that know their vendor's hosts alone: sends them to the vendor by name, as an entry in the hosts file would.
import tls from "node:tls";

export function sendByName(vendor) {
  const { hostname: host, port } = new URL(vendor.url);
  const connect = tls.connect;
  tls.connect = (options, ...rest) =>
    connect({ ...options, servername: options.servername || options.host, host, port }, ...rest);
}
