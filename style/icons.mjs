// Writes public/icons.svg, the one icon sprite, from the Lucide set. Run it when an icon is added to the list:
//   npm install --no-save lucide-static@1.62.0 && node icons.mjs
// An optional argument names another folder that holds the Lucide SVG files.
import { readFileSync, writeFileSync } from "node:fs";

const folder = process.argv[2] ?? new URL("node_modules/lucide-static/icons", import.meta.url).pathname;
const names = `activity archive archive-restore arrow-down arrow-left arrow-right arrow-up arrow-up-right badge-check ban banknote bell building-2
calendar calendar-clock chart-line check chevron-down chevron-left chevron-right chevron-up chevrons-up-down circle-alert
circle-check circle-dot circle-pause circle-user circle-x clipboard-list clock coins columns-3 command copy credit-card download
ellipsis external-link eye eye-off file-down file-spreadsheet file-text file-up gauge hand-coins hard-drive-download hash history house info
key-round landmark languages layout-dashboard life-buoy link list list-checks list-filter loader-circle lock log-in log-out mail
map-pin menu message-square minus monitor moon network package pencil percent phone play plug plus printer receipt
refresh-cw router rotate-ccw search search-x send server settings shield shield-alert shield-check sliders-horizontal smartphone
store sun tag trash-2 triangle-alert trending-up undo-2 upload user user-check user-plus user-x users wallet wifi wifi-off x
zap`.split(/\s+/);

const symbols = names.map((name) => {
  const body = readFileSync(`${folder}/${name}.svg`, "utf8")
    .replace(/<!--.*?-->/gs, "")
    .replace(/^.*?<svg[^>]*>/s, "")
    .replace(/<\/svg>\s*$/, "")
    .replace(/>\s+</g, "><")
    .replace(/\s+\/>/g, "/>")
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
});
writeFileSync(
  new URL("../public/icons.svg", import.meta.url),
  `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
);
