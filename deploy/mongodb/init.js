// Run by mongosh with the root user; repeating it changes nothing but the passwords.
// Every service gets a user with a password of its own that can reach its own database and no other.
try {
  rs.status();
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  rs.initiate({ _id: "rs0", members: [{ _id: 0, host: "mongodb:27017" }] });
}
const deadline = Date.now() + 60_000;
while (!db.hello().isWritablePrimary) {
  if (Date.now() > deadline) throw new Error("MongoDB did not become primary within 60 s");
  sleep(200);
}
const admin = db.getSiblingDB("admin");
for (const service of ["registration", "selfcheck", "notifications", "reporting"]) {
  const roles = [{ role: "readWrite", db: `${process.env.NAMESPACE}_${service}` }];
  const user = { pwd: process.env[`MONGODB_PASSWORD_${service.toUpperCase()}`], roles };
  if (admin.getUser(service)) admin.updateUser(service, user);
  else admin.createUser({ user: service, ...user });
}
print("replica set and users are ready");
