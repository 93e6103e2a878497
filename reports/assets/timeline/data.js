// Reads the timeline's data; reports/pack.go writes them and tells the format. All times below are
// microseconds from the start of the run, which a number holds exactly for 285 years.

// bytesOf decodes base64.
function bytesOf(text) {
	if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
	const raw = atob(text),
		bytes = new Uint8Array(raw.length);
	for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
	return bytes;
}

async function unzip(bytes) {
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
	return new Uint8Array(await new Response(stream).arrayBuffer());
}

// columnsOf reads varints one after the other.
function columnsOf(bytes) {
	let at = 0;
	// Most values have one byte; those of more may be beyond what a whole number of 32 bits holds.
	const next = () => {
		let b = bytes[at++];
		if (b < 128) return b;
		let value = b & 127,
			scale = 128;
		do {
			b = bytes[at++];
			value += (b & 127) * scale;
			scale *= 128;
		} while (b > 127);
		return value;
	};
	const unzigzag = (v) => (v < 0x80000000 ? (v >>> 1) ^ -(v & 1) : v % 2 ? -(v + 1) / 2 : v / 2);
	const column = (into) => {
		for (let i = 0; i < into.length; i++) into[i] = next();
		return into;
	};
	const signed = (into) => {
		for (let i = 0; i < into.length; i++) into[i] = unzigzag(next());
		return into;
	};
	// references are to entries, those of the lane itself by their places in own; -1 for none.
	const references = (into, own) => {
		let at = 0;
		for (let i = 0; i < into.length; i++) {
			const v = next();
			if (v & 1) {
				into[i] = (v >>> 1) - 1;
				continue;
			}
			at += unzigzag(v >>> 1);
			into[i] = own[at++];
		}
		return into;
	};
	const text = (n) => new TextDecoder().decode(bytes.subarray(at, (at += n)));
	return { next, column, signed, references, text };
}

// sumsOf makes values of differences to the value before.
function sumsOf(values, unit) {
	let last = 0;
	for (let i = 0; i < values.length; i++) values[i] = (last += values[i]) * unit;
	return values;
}

async function readData(text) {
	const columns = columnsOf(await unzip(bytesOf(text.trim())));
	const data = JSON.parse(columns.text(columns.next()));
	const n = data.entries,
		unit = data.unit;
	data.length = data.end - data.start;
	const entries = (data.entries = {
		seq: sumsOf(columns.column(new Float64Array(n)), 1),
		at: sumsOf(columns.signed(new Float64Array(n)), unit),
		lane: columns.column(new Uint32Array(n)), // from 1; 0: none
		text: columns.column(new Uint32Array(n)),
		count: columns.column(new Float64Array(n)), // stands for the # of the text; 0: none
		cause: columns.column(new Float64Array(n)), // seq; 0: none
	});
	const last = new Float64Array(data.lanes.length + 1),
		texts = data.lanes.map(() => []).concat([[]]);
	for (let i = 0; i < n; i++) {
		const back = entries.cause[i],
			lane = entries.lane[i],
			text = entries.text[i];
		if (text & 1) texts[lane].push((entries.text[i] = text >>> 1));
		else entries.text[i] = texts[lane][text >>> 1];
		if (back > 1) last[lane] = entries.seq[i] - back + 1;
		if (back) entries.cause[i] = last[lane];
	}
	const size = new Uint32Array(data.lanes.length + 1);
	for (let i = 0; i < n; i++) size[entries.lane[i]]++;
	const own = data.lanes.map((_, i) => new Int32Array(size[i + 1]));
	size.fill(0);
	for (let i = 0; i < n; i++) if (entries.lane[i]) own[entries.lane[i] - 1][size[entries.lane[i]]++] = i;
	data.lanes.forEach((lane, i) => readLane(data, lane, i, own[i], columns));
	for (const b of data.brackets) {
		for (const key of ["from", "to", "found", "back"]) b[key] *= b[key] < 0 ? 1 : unit;
	}
	return data;
}

function readLane(data, lane, place, own, columns) {
	const unit = data.unit,
		known = data.entries.at,
		timeOf = (entry) => (entry < 0 ? 0 : known[entry]);
	const n = columns.next();
	lane.place = place;
	lane.began = columns.references(new Int32Array(n), own);
	lane.ended = columns.references(new Int32Array(n), own);
	lane.from = columns.signed(new Float64Array(n));
	lane.to = columns.signed(new Float64Array(n));
	lane.slot = columns.column(new Uint16Array(n));
	for (let i = 0; i < n; i++) {
		lane.from[i] = timeOf(lane.began[i]) - lane.from[i] * unit;
		lane.to[i] = timeOf(lane.ended[i] < 0 ? lane.began[i] : lane.ended[i]) + lane.to[i] * unit;
	}
	const m = columns.next(),
		entry = columns.references(new Int32Array(m), own);
	const at = columns.signed(new Float64Array(m)).map((v, i) => timeOf(entry[i]) + v * unit);
	lane.marks = inOrder(at, { at, entry, shape: columns.column(new Uint8Array(m)) });
}

// inOrder puts columns into the order of one of them.
function inOrder(by, columns) {
	if (by.every((v, i) => !i || by[i - 1] <= v)) return columns;
	const order = Array.from(by.keys()).sort((a, b) => by[a] - by[b]),
		out = {};
	for (const [name, values] of Object.entries(columns))
		out[name] = values.map((_, i) => values[order[i]]);
	return out;
}

// layersOf groups a lane's bars by their place down the lane, in the order in which they begin. Latest is, at
// each bar, the latest end so far, so that the first bar of a view is found by halving. A resource's lane has
// the bars of that resource alone.
function layersOf(data, lane) {
	if (lane.layers) return lane.layers;
	const by = new Map(),
		ofSlot = []; // the layer of each slot; null: of another resource
	const layerOf = (slot) => {
		if (lane.resource && slot.resource !== lane.resource) return null;
		const key = slot.y * 1000 + slot.h;
		if (!by.has(key)) by.set(key, { y: slot.y, h: slot.h, bars: [], order: slot.state });
		const layer = by.get(key);
		layer.order = Math.min(layer.order, slot.state);
		return layer;
	};
	for (let i = 0; i < lane.slot.length; i++) {
		const slot = lane.slot[i];
		if (ofSlot[slot] === undefined) ofSlot[slot] = layerOf(data.slots[slot]);
		if (ofSlot[slot]) ofSlot[slot].bars.push(i);
	}
	lane.layers = [...by.values()].sort((a, b) => a.order - b.order);
	for (const layer of lane.layers) {
		const bars = layer.bars.sort((a, b) => lane.from[a] - lane.from[b]),
			n = bars.length;
		layer.from = new Float64Array(n);
		layer.to = new Float64Array(n);
		layer.latest = new Float64Array(n);
		layer.state = new Uint8Array(n);
		for (let i = 0, latest = 0; i < n; i++) {
			layer.from[i] = lane.from[bars[i]];
			layer.to[i] = lane.to[bars[i]];
			layer.latest[i] = latest = Math.max(latest, layer.to[i]);
			layer.state[i] = data.slots[lane.slot[bars[i]]].state;
		}
	}
	return lane.layers;
}

// firstAt is the first place from which on values, which never go down, are at least t.
function firstAt(values, t) {
	let low = 0,
		high = values.length;
	while (low < high) {
		const mid = (low + high) >> 1;
		if (values[mid] < t) low = mid + 1;
		else high = mid;
	}
	return low;
}

// entryOf is the place of the entry with a seq, -1 for none.
function entryOf(data, seq) {
	const i = firstAt(data.entries.seq, seq);
	return data.entries.seq[i] === seq ? i : -1;
}

// textOf is what an entry says.
function textOf(data, entry) {
	const text = data.texts[data.entries.text[entry]],
		count = data.entries.count[entry];
	return count ? text.replace("#", count.toLocaleString("en-US")) : text;
}

// causesOf are the entries that led to an entry, from the root of the chain to the entry itself.
function causesOf(data, entry) {
	const chain = [];
	for (let i = entry; i >= 0;) {
		chain.unshift(i);
		i = data.entries.cause[i] ? entryOf(data, data.entries.cause[i]) : -1;
	}
	return chain;
}

// effectsOf are the entries of which an entry is the cause, up to a number, and how many there are.
function effectsOf(data, entry, max) {
	const { seq, cause } = data.entries,
		some = [];
	let all = 0;
	for (let i = entry + 1; i < seq.length; i++) {
		if (cause[i] === seq[entry] && ++all <= max) some.push(i);
	}
	return { some, all };
}

// changesOf are the moments of a lane at which something changes, in order, each with its entry.
function changesOf(data, lane) {
	if (lane.changes) return lane.changes;
	const all = [],
		seen = new Set();
	const add = (at, entry) => {
		if (entry < 0 || seen.has(entry)) return;
		seen.add(entry);
		all.push({ at, entry });
	};
	for (let i = 0; i < lane.from.length; i++) {
		if (lane.resource && data.slots[lane.slot[i]].resource !== lane.resource) continue;
		add(lane.from[i], lane.began[i]);
		add(lane.to[i], lane.ended[i]);
	}
	if (!lane.resource) lane.marks.at.forEach((at, i) => add(at, lane.marks.entry[i]));
	lane.changes = all.sort((a, b) => a.at - b.at || a.entry - b.entry);
	return lane.changes;
}
