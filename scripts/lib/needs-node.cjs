// Plain enough for every Node there is, and read before anything else: an old one cannot even read the other scripts.
/* oxlint-disable no-var -- as old as the Nodes that have to read it */
var major = Number(process.versions.node.split(".")[0]);
var found = "Holdfast needs Node 20 or newer, and this is " + process.version;
if (major < 20) {
  console.error(found + ": install a newer one (https://nodejs.org), then start again.");
  process.exit(1);
}
