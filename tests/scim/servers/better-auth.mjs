// better-auth with its SCIM plugin on a database in memory; it finds its own port first, as it must know it.
import http from "node:http";
import net from "node:net";
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { toNodeHandler } from "better-auth/node";
import { scim } from "@better-auth/scim";

const port = await new Promise((done) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
        const free = probe.address().port;
        probe.close(() => done(free));
    });
});
const auth = betterAuth({
    baseURL: `http://127.0.0.1:${port}`,
    secret: "a secret of the tests, long enough for it",
    telemetry: { enabled: false },
    database: new DatabaseSync(":memory:"),
    emailAndPassword: { enabled: false },
    rateLimit: { enabled: process.env.LIMIT === "1", window: 3, max: 6 },
    plugins: [scim({ connections: [{ id: "tests", credentials: [
        { type: "bearer", id: "all", token: process.env.TOKEN },
        { type: "bearer", id: "users", token: `users-${process.env.TOKEN}`, scopes: ["scim.users.read"] },
    ] }] })],
});
const migration = await import("better-auth/db/migration").catch(() => import("better-auth/db"));
const { runMigrations } = await migration.getMigrations(auth.options);
await runMigrations();
http.createServer(toNodeHandler(auth)).listen(port, "127.0.0.1", () => console.log(`port ${port}`));
