// nodemailer: each letter built from its parts and sent over a pool of four connections.
// node pooled.js NODE_MODULES/nodemailer PORT LETTERS.json: says how many seconds it took.
const [, , nodemailer, port, letters] = process.argv;
const all = JSON.parse(require("fs").readFileSync(letters, "utf8"));
const pool = require(nodemailer).createTransport({
  pool: true, maxConnections: 4, maxMessages: Infinity, host: "127.0.0.1", port: Number(port), secure: false, ignoreTLS: true,
});
(async () => {
  const begun = process.hrtime.bigint();
  await Promise.all(all.map((letter) => pool.sendMail(letter)));
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  pool.close();
  console.log(JSON.stringify({ seconds }));
})();
