// What the controls around the lanes say.

const LEAST_LANES = 25; // on a page: so few need no choice

// fillControls says in the controls what is shown.
function fillControls(view, page, lanes) {
	byId("tl-filter").value = view.query;
	byId("tl-order").value = view.order;
	byId("tl-size").value = view.size;
	byId("tl-quiet").checked = !view.quiet;
	const n = page.lanes.length;
	byId("tl-count").textContent = n
		? "Lanes " + (page.first + 1) + " to " + (page.first + n) + " of " + lanes.length
		: "No lane has these words.";
	byId("tl-before").disabled = page.page === 1;
	byId("tl-after").disabled = page.page === page.pages;
	byId("tl-pages").hidden = page.pages === 1;
	byId("tl-sizes").hidden = lanes.length <= LEAST_LANES;
}

// fillZones offers the clocks that there are.
function fillZones(view, yours, run) {
	const options = [];
	if (yours && yours.zone !== "UTC") options.push(["yours", "UTC and yours, " + yours.zone]);
	if (run && run.zone !== "UTC") options.push(["run", "UTC and the run's, " + run.zone]);
	if (!options.length) options.push(["", "UTC"]);
	byId("tl-zone").replaceChildren(...options.map(([value, text]) => new Option(text, value)));
	byId("tl-zone").value = view.clock || options[0][0];
}

// linkEvents lets the table of events lead to the picture.
function linkEvents(data) {
	for (const cell of document.querySelectorAll("#events td:first-child")) {
		const seq = Number(cell.textContent);
		if (entryOf(data, seq) < 0) continue;
		const a = Object.assign(document.createElement("a"), {
			href: "#e=" + seq,
			textContent: cell.textContent,
		});
		a.title = "Show and explain entry " + seq + " on the timeline";
		cell.replaceChildren(a);
	}
}
