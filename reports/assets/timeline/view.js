// What the reader looks at: the stretch of time, the lanes and their order, the change that is explained. All
// of it stands in the address, so that a link shows the same.

const SHORTEST = 1e4; // a view is at least 10 ms long
const SIZES = [25, 50, 100, 0]; // lanes a page; 0: all
const ORDERS = ["worst", "name", "first", "file"];

function newView(data) {
	return {
		from: 0,
		to: data.length,
		lane: "",
		event: -1,
		query: "",
		order: "worst",
		page: 1,
		size: 50,
		quiet: true,
		clock: "",
		open: new Set(),
	};
}

// readLink takes a view from the part of an address after #. What it does not name is as at first.
function readLink(data, link) {
	const view = newView(data);
	const get = new URLSearchParams(link.replace(/\+/g, "%2B"));
	const [from, to] = (get.get("t") || "").split("_").map((t) => fromISO(t) - data.start);
	if (from < to) Object.assign(view, clamp(data, from, to));
	view.lane = get.get("l") || "";
	view.event = get.has("e") ? entryOf(data, Number(get.get("e"))) : -1;
	view.query = get.get("q") || "";
	if (ORDERS.includes(get.get("s"))) view.order = get.get("s");
	view.page = Math.max(1, Math.floor(Number(get.get("p"))) || 1);
	if (get.has("n") && SIZES.includes(Number(get.get("n")))) view.size = Number(get.get("n"));
	view.quiet = get.get("h") !== "1";
	view.clock = ["run", "yours"].includes(get.get("z")) ? get.get("z") : "";
	view.open = new Set((get.get("x") || "").split(",").filter(Boolean));
	return view;
}

// linkOf is the part of an address after # that shows a view.
function linkOf(data, view) {
	const put = new URLSearchParams();
	if (view.from > 0 || view.to < data.length)
		put.set("t", iso(data.start + view.from) + "_" + iso(data.start + view.to));
	if (view.lane) put.set("l", view.lane);
	if (view.event >= 0) put.set("e", data.entries.seq[view.event]);
	if (view.query) put.set("q", view.query);
	if (view.order !== "worst") put.set("s", view.order);
	if (view.page > 1) put.set("p", view.page);
	if (view.size !== 50) put.set("n", view.size);
	if (!view.quiet) put.set("h", "1");
	if (view.clock) put.set("z", view.clock);
	if (view.open.size) put.set("x", [...view.open].sort().join(","));
	return put.toString().replace(/%3A/g, ":").replace(/%2C/g, ",");
}

// clamp keeps a stretch inside the run, in whole microseconds, and not shorter than SHORTEST.
function clamp(data, from, to) {
	const length = Math.min(Math.max(Math.round(to - from), SHORTEST), data.length);
	const start = Math.round(Math.min(Math.max(from, 0), data.length - length));
	return { from: start, to: start + length };
}

// zoomed is a stretch made shorter or longer around an instant that stays where it is.
function zoomed(data, view, factor, around) {
	const from = around - (around - view.from) * factor;
	return clamp(data, from, from + (view.to - view.from) * factor);
}

const isTruth = (lane) => ["vendor", "platform", "status"].includes(lane.kind);

const isQuiet = (lane) => !lane.from.length && !lane.marks.at.length;

// lanesOf are the lanes that a view shows on all its pages, in order, with the resources that are opened.
function lanesOf(data, view) {
	const wanted = view.query.toLowerCase().split(/\s+/).filter(Boolean);
	const shown = data.lanes.filter((lane) => {
		if (!view.quiet && isQuiet(lane)) return false;
		const text = [lane.kind, lane.name, lane.note, lane.state, data.groups[lane.group].name]
			.join(" ")
			.toLowerCase();
		return wanted.every((word) => text.includes(word));
	});
	const first = (lane) =>
		Math.min(
			lane.from.reduce((a, b) => Math.min(a, b), Infinity),
			lane.marks.at.length ? lane.marks.at[0] : Infinity,
		);
	const number = (lane) => Number(lane.id.slice(1));
	const by = {
		worst: () => 0,
		name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
		first: (a, b) => (first(a) === first(b) ? 0 : first(a) - first(b)),
		file: (a, b) => number(a) - number(b),
	}[view.order];
	const kinds = ["vendor", "platform", "status", "connection", "flow", "job"];
	const rank = (lane) => (isTruth(lane) || view.order === "file" ? kinds.indexOf(lane.kind) : 3);
	const groups = [...new Set(shown.map((lane) => lane.group))].map((group) =>
		shown.filter((lane) => lane.group === group),
	);
	const best = (group) => [...group].sort(by)[0];
	if (view.order === "name")
		groups.sort((a, b) =>
			by({ name: data.groups[a[0].group].name }, { name: data.groups[b[0].group].name }),
		);
	else if (view.order === "file") groups.sort((a, b) => by(a[0], b[0]));
	else groups.sort((a, b) => by(best(a), best(b)));
	if (view.order !== "worst")
		for (const group of groups) group.sort((a, b) => rank(a) - rank(b) || by(a, b));
	return groups
		.flat()
		.flatMap((lane) => (view.open.has(lane.id) ? [lane, ...resourcesOf(lane)] : [lane]));
}

// resourcesOf are the lanes of a job's resources.
function resourcesOf(lane) {
	lane.parts ||= (lane.resources || []).map((name, i) => ({
		...lane,
		id: lane.id + "." + (i + 1),
		kind: "resource",
		name,
		note: "of " + lane.name,
		state: "",
		open: false,
		resource: i + 1,
		resources: null,
		parts: [],
		layers: null,
		changes: null,
		marks: { at: [], shape: [], entry: [] },
	}));
	return lane.parts;
}

// pageOf are the lanes of the page that a view shows, and how many pages there are.
function pageOf(view, lanes) {
	const size = view.size || Math.max(lanes.length, 1);
	const pages = Math.max(1, Math.ceil(lanes.length / size));
	const page = Math.min(view.page, pages);
	return { page, pages, first: (page - 1) * size, lanes: lanes.slice((page - 1) * size, page * size) };
}
