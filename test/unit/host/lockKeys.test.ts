import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { offlineConnection } from "../../../src/host/connections/connection.ts";
import type { Connection } from "../../../src/host/connections/connection.ts";
import { lockKeys } from "../../../src/host/connections/lockKeys.ts";

const url = "https://api.openai.com/v1";
const connection = (id: string, baseUrl: string): Connection => ({
  id,
  name: id,
  upstream: {
    kind: "responses",
    baseUrl,
    profile: null,
    modelMap: {},
    switches: {},
    apiVersion: null,
    embeddingModel: null,
    hostedFiles: false,
    hostedPython: false,
  },
  model: "m",
  key: { kind: "none" },
});

describe("what a lock calls connections", () => {
  const [work, home] = [connection("work", url), connection("home", url)];

  it("the address, as it always was, for the first; the others add their ids", () => {
    assert.deepEqual(lockKeys([offlineConnection, work, home, connection("local", "http://localhost/v1")], {}), {
      offline: "offline",
      work: url,
      home: `${url}#home`,
      local: "http://localhost/v1",
    });
  });

  it("a name that was given stays, in another order and when the other one is gone", () => {
    const given = lockKeys([work, home], {});
    assert.deepEqual(lockKeys([home, work], given), given);
    assert.deepEqual(lockKeys([home], given), { home: `${url}#home` });
    // Its plain name is free again, for one that is new.
    assert.deepEqual(lockKeys([home, connection("third", url)], given), { home: `${url}#home`, third: url });
  });

  it("with another address a connection is another one", () => {
    const given = lockKeys([work, home], {});
    assert.deepEqual(lockKeys([connection("work", "https://b/v1"), home], given), {
      work: "https://b/v1",
      home: `${url}#home`,
    });
  });

  it("damaged memory is not believed", () => {
    assert.deepEqual(lockKeys([work, home], { work: "nonsense", home: "" }), { work: url, home: `${url}#home` });
    assert.deepEqual(lockKeys([work, home], { work: url, home: url }), { work: url, home: `${url}#home` });
  });
});
