// Builds the rows of the page of lanes that is shown, and finds what stands at a point of one.

const BRACKET = 18; // pixels a row of brackets

const Rows = (data, box) => {
	let shown = []; // { lane, row, canvas }

	const rowsOfBrackets = (lane) =>
		lane.kind !== "vendor"
			? 0
			: Math.max(0, ...data.brackets.filter((b) => b.group === lane.group).map((b) => b.row + 1));

	const heightOf = (lane) =>
		lane.height + (rowsOfBrackets(lane) ? 4 + BRACKET * rowsOfBrackets(lane) : 0);

	const label = (lane, open) => {
		const el = Object.assign(document.createElement("div"), { className: "label" });
		const part = (tag, text, name) => {
			const span = Object.assign(document.createElement(tag), {
				textContent: text,
				className: name || "",
			});
			el.append(span, " ");
			return span;
		};
		part("span", lane.kind, "kind");
		part("bdi", lane.name);
		if (lane.resources) {
			const more = part("button", lane.resources.length + " resources", "more");
			Object.assign(more, { type: "button" });
			more.setAttribute("aria-expanded", String(open));
			more.dataset.open = lane.id;
		}
		part("span", [lane.note, lane.state].filter(Boolean).join("; "), "note");
		return el;
	};

	// build makes the rows anew.
	const build = (lanes, view) => {
		shown = [];
		const all = [];
		let group = -1;
		for (const lane of lanes) {
			if (lane.group !== group) {
				group = lane.group;
				const head = Object.assign(document.createElement("h3"), { className: "tl-group" });
				head.append(
					Object.assign(document.createElement("bdi"), { textContent: data.groups[group].name }),
				);
				all.push(head);
			}
			const row = document.createElement("div"),
				canvas = document.createElement("canvas");
			row.className = "lane tl-lane " + lane.kind + (lane.open ? " open" : "");
			row.dataset.lane = lane.id;
			canvas.setAttribute("role", "img");
			canvas.setAttribute(
				"aria-label",
				[lane.kind + " " + lane.name, lane.state].filter(Boolean).join(": "),
			);
			canvas.style.height = heightOf(lane) + "px";
			row.append(label(lane, view.open.has(lane.id)), canvas);
			all.push(row);
			shown.push({ lane, row, canvas });
		}
		box.replaceChildren(...all);
		return shown;
	};

	// size gives a canvas the pixels of its place on the screen, as it is measured or known; it tells whether there
	// are any.
	const size = (canvas, dpr, across = canvas.clientWidth, down = canvas.clientHeight) => {
		const width = Math.round(across * dpr),
			height = Math.round(down * dpr);
		if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
		return width > 0 && height > 0;
	};

	// find is the entry of what stands at an instant of a lane, -1 for none: a mark that is near, else the
	// shortest bar.
	const find = (lane, at, near) => {
		let best = -1,
			distance = near;
		lane.marks.at.forEach((t, i) => {
			if (Math.abs(t - at) <= distance) [best, distance] = [lane.marks.entry[i], Math.abs(t - at)];
		});
		if (best >= 0) return best;
		let shortest = Infinity;
		for (const layer of layersOf(data, lane)) {
			for (let i = firstAt(layer.latest, at - near); i < layer.bars.length; i++) {
				const bar = layer.bars[i];
				if (lane.from[bar] > at + near) break;
				if (lane.to[bar] < at - near || lane.began[bar] < 0) continue;
				const long = lane.to[bar] - lane.from[bar];
				if (long < shortest) [best, shortest] = [lane.began[bar], long];
			}
		}
		return best;
	};

	return {
		build,
		size,
		find,
		heightOf,
		get shown() {
			return shown;
		},
	};
};
