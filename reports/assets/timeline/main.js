// Puts the timeline together: one view, drawn when it changes, kept in the address.

const byId = (id) => document.getElementById(id);

async function timeline() {
	const data = await readData(byId("tl-data").textContent);
	const box = byId("tl-lanes"),
		why = byId("tl-why"),
		paint = Paint(data),
		charts = Charts(data, paint, () => redraw()),
		rows = Rows(data, box);
	const axis = byId("tl-axis"),
		map = byId("tl-map"),
		frame = byId("tl-window"),
		cursor = byId("tl-cursor");
	const utc = zoneClock("UTC"),
		run = zoneClock(data.zone);
	const yours = zoneClock(Intl.DateTimeFormat().resolvedOptions().timeZone);
	let view = readLink(data, location.hash.slice(1)),
		lanes = [],
		page,
		seen = new Set(),
		mapped = "";

	const clocks = () => {
		const other = { run, yours }[view.clock || (yours && yours.zone !== "UTC" ? "yours" : "run")];
		return other && other.zone !== "UTC" ? [utc, other] : [utc];
	};
	const explain = Explain(data, clocks, (entry) =>
		linkOf(data, { ...view, event: entry, lane: laneOf(entry)?.id || view.lane }),
	);
	const laneOf = (entry) => data.lanes[data.entries.lane[entry] - 1];
	const current = () => rows.shown.find((s) => s.lane.id === view.lane);
	const dpr = () => window.devicePixelRatio || 1;

	// draw shows the view: lanes on the screen at once, others when they come onto it.
	const draw = () => {
		const start = performance.now(),
			width = axis.clientWidth;
		if (!width) return;
		const step = tickStep(view, width, 92),
			ticks = ticksOf(data.start, view, step),
			all = clocks();
		axis.style.height = 16 + 14 * (all.length - 1) + "px";
		byId("tl-clocks").replaceChildren(
			...all.flatMap((c, i) => (i ? [document.createElement("br"), c.zone] : ["UTC"])),
		);
		if (rows.size(axis, dpr())) paint.axis(axis, view, dpr(), ticks, step, all);
		const across = rows.shown[0]?.canvas.clientWidth; // of all
		for (const s of rows.shown) {
			s.stale = !seen.has(s.canvas);
			if (!s.stale && rows.size(s.canvas, dpr(), across, rows.heightOf(s.lane))) paint.lane(s.canvas, s.lane, view, dpr(), ticks);
		}
		charts.draw(rows, view, dpr(), ticks, step, all);
		drawMap();
		place();
		performance.clearMeasures("timeline draw");
		performance.measure("timeline draw", { start });
	};
	const drawMap = () => {
		if (!rows.size(map, dpr())) return;
		const key = [map.width, paint.dark.matches, view.query, view.quiet].join("|");
		if (key !== mapped) paint.map(map, lanes, dpr());
		mapped = key;
		frame.style.left = (100 * view.from) / data.length + "%";
		frame.style.width = Math.max((100 * (view.to - view.from)) / data.length, 0.3) + "%";
	};
	// place puts the line of the chosen moment over the lanes.
	const place = () => {
		const at = view.event < 0 ? -1 : data.entries.at[view.event];
		cursor.hidden = at < view.from || at > view.to || !rows.shown.length;
		if (cursor.hidden) return;
		const canvas = rows.shown[0].canvas;
		cursor.style.left =
			canvas.offsetLeft + ((at - view.from) / (view.to - view.from)) * canvas.clientWidth + "px";
	};

	let asked = 0;
	const redraw = () => {
		asked ||= requestAnimationFrame(() => {
			asked = 0;
			draw();
		});
	};
	const watch = new IntersectionObserver(
		(changes) => {
			for (const c of changes) c.isIntersecting ? seen.add(c.target) : seen.delete(c.target);
			if (rows.shown.some((s) => s.stale && seen.has(s.canvas))) redraw();
		},
		{ rootMargin: "200px" },
	);

	// build makes the rows of the view anew.
	const build = () => {
		lanes = lanesOf(data, view);
		page = pageOf(view, lanes);
		view.page = page.page;
		watch.disconnect();
		seen = new Set();
		for (const { canvas } of rows.build(page.lanes, view)) {
			const at = canvas.getBoundingClientRect();
			if (at.bottom > -200 && at.top < innerHeight + 200) seen.add(canvas);
			watch.observe(canvas);
		}
		fillControls(view, page, lanes);
		choose(view.lane);
	};
	const choose = (id) => {
		view.lane = id;
		for (const s of rows.shown) s.row.classList.toggle("current", s.lane.id === id);
	};

	let saving = 0;
	// changed redraws and, a moment later, writes the address: browsers refuse many changes in a second.
	const changed = (anew) => {
		if (anew) build();
		redraw();
		clearTimeout(saving);
		saving = setTimeout(save, 150);
	};
	const save = () => {
		const link = "#" + linkOf(data, view);
		if (link !== location.hash && (link !== "#" || location.hash.includes("=")))
			history.replaceState(null, "", link);
		byId("tl-link").href = link;
	};

	// say is what a screen reader hears of the chosen lane and moment.
	const say = () => {
		const lane = current()?.lane,
			parts = [];
		if (lane) parts.push([lane.kind + " " + lane.name, lane.state].filter(Boolean).join(", "));
		if (view.event >= 0)
			parts.push(explain.when(data.entries.at[view.event]) + ": " + explain.text(view.event));
		byId("tl-now").textContent = parts.join(". ");
	};
	const closeWhy = () => {
		why.hidden = true;
		box.focus({ preventScroll: true });
	};
	// pick chooses an event, brings its moment and lane into view, and explains it where asked.
	const pick = (entry, open, focus) => {
		view.event = entry;
		const at = data.entries.at[entry],
			lane = laneOf(entry);
		if (at < view.from || at > view.to)
			Object.assign(
				view,
				clamp(data, at - (view.to - view.from) / 2, at + (view.to - view.from) / 2),
			);
		if (lane && current()?.lane.place !== lane.place) reach(lane);
		say();
		if (open) {
			const inside = why.contains(document.activeElement),
				panel = explain.show(why, entry);
			why.hidden = false;
			panel.close.addEventListener("click", closeWhy);
			if (focus || inside) panel.title.focus({ preventScroll: true });
		}
		changed();
	};
	// reach turns to the page of a lane, without the filter where that hides it.
	const reach = (lane) => {
		if (!lanes.includes(lane)) {
			Object.assign(view, { query: "", quiet: true });
			lanes = lanesOf(data, view);
		}
		const size = view.size || lanes.length,
			wanted = 1 + Math.floor(lanes.indexOf(lane) / size);
		view.lane = lane.id;
		if (wanted !== page.page || !rows.shown.some((s) => s.lane === lane)) {
			view.page = wanted;
			build();
		}
		choose(lane.id);
		current()?.row.scrollIntoView({ block: "nearest" });
	};

	const zoom = (factor, around) => {
		const at = view.event >= 0 ? data.entries.at[view.event] : -1;
		around ??= at >= view.from && at <= view.to ? at : (view.from + view.to) / 2;
		Object.assign(view, zoomed(data, view, factor, around));
		changed();
	};
	const pan = (part) => {
		const by = part * (view.to - view.from);
		Object.assign(view, clamp(data, view.from + by, view.to + by));
		changed();
	};
	const whole = () => {
		Object.assign(view, { from: 0, to: data.length });
		changed();
	};
	const turn = (by) => {
		view.page = Math.min(Math.max(view.page + by, 1), page.pages);
		view.lane = "";
		changed(true);
		choose(rows.shown[0]?.lane.id || "");
		say();
	};
	const step = (by) => {
		const i = rows.shown.indexOf(current()),
			next = rows.shown[Math.min(Math.max(i + by, 0), rows.shown.length - 1)];
		if (!next) return;
		choose(next.lane.id);
		view.event = -1;
		next.row.scrollIntoView({ block: "nearest" });
		say();
		changed();
	};
	// walk goes to another change of the lane: by -1 or 1, or to its first or last.
	const walk = (by, end) => {
		const lane = current()?.lane || rows.shown[0]?.lane;
		if (!lane) return;
		const all = changesOf(data, lane),
			i = all.findIndex((c) => c.entry === view.event);
		let to = i + by;
		if (i < 0) {
			to = all.findIndex((c) => c.at >= view.from);
			if (by < 0) to = all.findLastIndex((c) => c.at <= view.to);
		}
		if (end) to = by < 0 ? 0 : all.length - 1;
		choose(lane.id);
		if (all[to]) pick(all[to].entry, !why.hidden);
		else say();
	};
	const unfold = (id) => {
		view.open.has(id) ? view.open.delete(id) : view.open.add(id);
		changed(true);
	};

	const keys = {
		ArrowUp: () => step(-1),
		ArrowDown: () => step(1),
		ArrowLeft: () => walk(-1),
		ArrowRight: () => walk(1),
		"shift+ArrowLeft": () => pan(-0.2),
		"shift+ArrowRight": () => pan(0.2),
		"+": () => zoom(0.5),
		"=": () => zoom(0.5),
		"-": () => zoom(2),
		0: whole,
		Home: () => walk(-1, true),
		End: () => walk(1, true),
		PageUp: () => turn(-1),
		PageDown: () => turn(1),
		"/": () => byId("tl-filter").focus(),
		Escape: closeWhy,
		Enter: () => {
			if (view.event >= 0) pick(view.event, true, true);
			else walk(1);
		},
		e: () => {
			const lane = current()?.lane;
			if (lane?.resources) unfold(lane.id);
		},
	};
	box.addEventListener("keydown", (ev) => {
		if (ev.target !== box || ev.ctrlKey || ev.metaKey || ev.altKey) return;
		const key = keys[(ev.shiftKey && ev.key.startsWith("Arrow") ? "shift+" : "") + ev.key];
		if (!key) return;
		ev.preventDefault();
		key();
	});
	why.addEventListener("keydown", (ev) => {
		if (ev.key === "Escape") closeWhy();
	});

	const controls = {
		"tl-in": () => zoom(0.5),
		"tl-out": () => zoom(2),
		"tl-left": () => pan(-0.5),
		"tl-right": () => pan(0.5),
		"tl-whole": whole,
		"tl-before": () => turn(-1),
		"tl-after": () => turn(1),
	};
	for (const [id, act] of Object.entries(controls)) byId(id).addEventListener("click", act);
	const inputs = {
		"tl-filter": (el) => {
			view.query = el.value;
		},
		"tl-order": (el) => {
			view.order = el.value;
		},
		"tl-size": (el) => {
			view.size = Number(el.value);
		},
		"tl-quiet": (el) => {
			view.quiet = !el.checked;
		},
		"tl-zone": (el) => {
			view.clock = el.value;
		},
	};
	for (const [id, take] of Object.entries(inputs)) {
		byId(id).addEventListener("input", (ev) => {
			take(ev.target);
			view.page = 1;
			mapped = "";
			changed(true);
		});
	}
	pointers({ data, box, rows, map, view: () => view, zoom, changed, pick, unfold, choose, explain });

	// follow shows what an address says.
	const follow = (hash) => {
		if (hash && !hash.includes("=")) return; // a place of the page
		clearTimeout(saving);
		view = readLink(data, hash.slice(1));
		mapped = "";
		build();
		if (view.lane && !current()) {
			const lane = data.lanes.find((l) => l.id === view.lane.split(".")[0]);
			if (lane) reach(lane);
		}
		if (view.event >= 0) pick(view.event, true);
		else why.hidden = true;
		fillZones(view, yours, run);
		byId("tl-link").href = "#" + linkOf(data, view);
		redraw();
	};
	addEventListener("hashchange", (ev) => follow(ev.newURL.replace(/^[^#]*/, "")));
	addEventListener("resize", () => {
		mapped = "";
		redraw();
	});
	paint.dark.addEventListener("change", () => {
		mapped = "";
		redraw();
	});

	document.documentElement.classList.add("live");
	byId("timeline").hidden = false;
	linkEvents(data);
	if (!location.hash.includes("=")) {
		build();
		fillZones(view, yours, run);
		draw();
		save();
	} else follow(location.hash);
	performance.mark("timeline ready");
}

timeline().catch((err) => {
	console.error(err);
	document.documentElement.classList.remove("live"); // the still picture is there
	byId("timeline").hidden = true;
});
