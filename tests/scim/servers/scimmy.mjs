// SCIMMY and its routers on express, with a store of two Maps filled from $SEED.
import express from "express";
import fs from "node:fs";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const { users, groups } = JSON.parse(fs.readFileSync(process.env.SEED));
const store = { User: new Map(), Group: new Map() };
const keep = (kind, resource) => {
    const now = new Date().toISOString();
    store[kind].set(resource.id, { ...resource, meta: { resourceType: kind, created: now, lastModified: now } });
};
users.forEach((user) => keep("User", user));
groups.forEach((group) => keep("Group", group));

for (const kind of ["User", "Group"]) {
    SCIMMY.Resources.declare(SCIMMY.Resources[kind]);
    SCIMMY.Resources[kind]
        .egress((resource) => {
            if (!resource.id) {
                const all = [...store[kind].values()];
                return resource.filter ? resource.filter.match(all) : all;
            }
            if (!store[kind].has(resource.id)) throw new SCIMMY.Types.Error(404, null, `${resource.id} not found`);
            return store[kind].get(resource.id);
        })
        .ingress((resource, instance) => {
            keep(kind, { ...JSON.parse(JSON.stringify(instance)), id: resource.id });
            return store[kind].get(resource.id);
        })
        .degress((resource) => {
            if (!store[kind].delete(resource.id)) throw new SCIMMY.Types.Error(404, null, "not found");
        });
}

const app = express();
app.use("/scim/v2", new SCIMMYRouters({
    type: "bearer",
    docUri: "https://example.com",
    baseUri: () => "http://127.0.0.1",
    handler: (request) => {
        if (request.header("Authorization") !== `Bearer ${process.env.TOKEN}`) throw new Error("invalid token");
        return "reader";
    },
}));
const server = app.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
