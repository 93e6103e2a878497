// Draws lanes, the axis and the map of the whole run on canvases. A pixel that several bars share is given to
// the worst of them, so that a failure of a second shows in a year; a mark that others cover is not drawn.

const NONE = 255; // no state in a pixel
const MARK_STEP = 6; // pixels that alike marks keep between them

const Paint = (data) => {
	const dark = matchMedia("(prefers-color-scheme: dark)");
	let colours, tiles, signs;
	const strip = document.createElement("canvas");
	let image; // of one row of pixels
	const reset = () => {
		colours = tiles = signs = null;
	};
	const theme = () => {
		if (colours) return colours;
		const css = getComputedStyle(document.documentElement),
			of = (name) => css.getPropertyValue(name).trim();
		const scheme = dark.matches ? 1 : 0;
		colours = {
			scheme,
			ground: of("--ground"),
			line: of("--line"),
			fg: of("--fg"),
			dim: of("--dim"),
			bg: of("--bg"),
			shade: of("--shade"),
			link: of("--link"),
			detect: of("--detect"),
			mend: of("--good"),
			open: of("--bad"),
			thin: new Uint32Array(256),
		};
		data.states.forEach((s, i) => {
			colours.thin[i] = abgr(s.thin[scheme]);
		});
		return colours;
	};

	// abgr is a colour as a pixel of ImageData on a little-endian machine.
	const abgr = (hex) => {
		const n = parseInt(hex.slice(1), 16);
		return (0xff000000 | ((n & 255) << 16) | (n & 0xff00) | (n >> 16)) >>> 0;
	};

	const small = (width, height) => Object.assign(document.createElement("canvas"), { width, height });

	// tile is the pattern of a state, null for one in a single colour.
	const tile = (g, state, dpr) => {
		tiles ||= new Map();
		const key = state + "@" + dpr,
			s = data.states[state],
			scheme = theme().scheme;
		if (!tiles.has(key)) {
			const size = Math.round(8 * dpr),
				canvas = small(size, size),
				c = canvas.getContext("2d");
			c.fillStyle = s.base[scheme];
			c.fillRect(0, 0, size, size);
			c.scale(size / 8, size / 8);
			c.fillStyle = c.strokeStyle = s.line[scheme];
			c.lineWidth = 1.6;
			if (s.path) s.filled ? c.fill(new Path2D(s.path)) : c.stroke(new Path2D(s.path));
			tiles.set(key, s.path ? g.createPattern(canvas, "repeat") : null);
		}
		return tiles.get(key);
	};

	// sign is a mark drawn once: marks are many.
	const sign = (shape, dpr) => {
		signs ||= new Map();
		const key = shape + "@" + dpr,
			s = data.states[shape],
			scheme = theme().scheme;
		if (!signs.has(key)) {
			const canvas = small(Math.ceil(14 * dpr), Math.ceil(11 * dpr)),
				c = canvas.getContext("2d");
			const path = new Path2D(s.path);
			c.scale(dpr, dpr);
			c.translate(7, 1);
			c.lineWidth = s.filled ? 2 : 4;
			c.strokeStyle = theme().bg;
			c.stroke(path);
			c.lineWidth = 1.8;
			c.fillStyle = c.strokeStyle = s.base[scheme];
			s.filled ? c.fill(path) : c.stroke(path);
			signs.set(key, canvas);
		}
		return signs.get(key);
	};

	// worstOf gives each of so many pixels the worst state of a layer's bars in it.
	const worstOf = ({ from, to, state, latest }, view, pixels, into) => {
		into.fill(NONE);
		const scale = pixels / (view.to - view.from);
		for (let i = firstAt(latest, view.from); i < from.length && from[i] <= view.to; i++) {
			if (to[i] < view.from) continue;
			const right = Math.min((to[i] - view.from) * scale, pixels),
				x = Math.min((Math.max(from[i] - view.from, 0) * scale) | 0, pixels - 1);
			let k = x;
			do if (state[i] < into[k]) into[k] = state[i];
			while (++k < right);
		}
		return into;
	};

	// stripOf draws one row of pixels as high as a layer, and the patterns where they can be seen.
	const stripOf = (g, worst, y, height, dpr) => {
		const width = worst.length,
			thin = theme().thin; // NONE is transparent
		if (worst.every((state) => state === NONE)) return;
		if (image?.width !== width) {
			image = new ImageData(width, 1);
			Object.assign(strip, { width, height: 1 });
		}
		const px = new Uint32Array(image.data.buffer);
		for (let x = 0; x < width; x++) px[x] = thin[worst[x]];
		strip.getContext("2d").putImageData(image, 0, 0);
		g.imageSmoothingEnabled = false;
		g.drawImage(strip, 0, 0, width, 1, 0, y * dpr, width, height * dpr);
		for (let x = 0; x < width;) {
			let end = x + 1;
			while (end < width && worst[end] === worst[x]) end++;
			if (worst[x] !== NONE && end - x >= 5 * dpr) {
				const fill = tile(g, worst[x], dpr);
				g.fillStyle = fill || data.states[worst[x]].base[theme().scheme];
				g.fillRect(x, y * dpr, end - x, height * dpr);
			}
			x = end;
		}
	};

	const marks = (g, lane, view, width, dpr) => {
		const { at, shape } = lane.marks,
			scale = width / (view.to - view.from),
			last = {};
		const room = (8 * dpr) / scale;
		for (let i = firstAt(at, view.from - room); i < at.length && at[i] <= view.to + room; i++) {
			const x = (at[i] - view.from) * scale;
			if (x - last[shape[i]] < MARK_STEP * dpr) continue;
			last[shape[i]] = x;
			g.drawImage(
				sign(shape[i], dpr),
				Math.round(x - 7 * dpr),
				Math.round((data.states[shape[i]].y - 1) * dpr),
			);
		}
	};

	// brackets draws the delays of a vendor's outages, with words where neither a line nor words are yet.
	const brackets = (g, lane, view, width, dpr) => {
		const scale = width / (view.to - view.from),
			c = theme(),
			taken = [];
		g.lineWidth = 2 * dpr;
		g.font = 11 * dpr + "px system-ui, sans-serif";
		g.textBaseline = "middle";
		const line = (from, to, y, colour, open) => {
			const x1 = (from - view.from) * scale,
				x2 = Math.max((to - view.from) * scale, x1 + dpr);
			taken.push([y, x1 - 3 * dpr, x2 + 3 * dpr]);
			g.strokeStyle = colour;
			g.setLineDash(open ? [5 * dpr, 3 * dpr] : []);
			g.beginPath();
			g.moveTo(x1, y);
			g.lineTo(x2, y);
			g.stroke();
			g.setLineDash([]);
			g.beginPath();
			for (const x of [x1, x2]) {
				g.moveTo(x, y - 5 * dpr);
				g.lineTo(x, y + 5 * dpr);
			}
			g.stroke();
			return [x1, x2];
		};
		// words says a bracket beside it or, where that is taken and the bracket is long, upon its line.
		const words = (text, y, places, [x1, x2]) => {
			const size = g.measureText(text).width,
				upon = (Math.max(x1, 0) + Math.min(x2, width) - size) / 2;
			const put = (left) => {
				g.fillStyle = c.fg;
				g.fillText(text, left, y);
				taken.push([y, left, left + size + 6 * dpr]);
			};
			const left = places
				.map(([x, before]) => (before ? x - size - 6 * dpr : x + 6 * dpr))
				.find(
					(left) =>
						left >= 0 &&
						left + size <= width &&
						!taken.some(([row, a, b]) => row === y && a < left + size && left < b),
				);
			if (left !== undefined) put(left);
			else if (upon > Math.max(x1, 0) + 18 * dpr) {
				g.fillStyle = c.ground;
				g.fillRect(upon - 6 * dpr, y - 8 * dpr, size + 12 * dpr, 16 * dpr);
				put(upon);
			}
		};
		const said = [];
		for (const b of data.brackets) {
			if (b.group !== lane.group) continue;
			const y = (lane.height + 11 + b.row * 18) * dpr,
				back = b.back < 0 ? data.length : b.back;
			const found = line(b.from, b.found, y, c.detect);
			const mended = line(b.to, back, y, b.back < 0 ? c.open : c.mend, b.back < 0);
			said.push([
				b.found - b.from,
				b.detect,
				y,
				[
					[found[0], true],
					[found[1], false],
				],
				found,
			]);
			said.push([
				back - b.to,
				b.mend,
				y,
				[
					[mended[1], false],
					[mended[0], true],
				],
				mended,
			]);
		}
		said.sort((a, b) => b[0] - a[0]); // where there is not room for all, the longest delays are told
		for (const [, ...what] of said) words(...what);
	};

	// lane draws a whole lane; the canvas has its size already.
	const lane = (canvas, lane, view, dpr, ticks) => {
		const g = canvas.getContext("2d", { alpha: false }),
			{ width, height } = canvas,
			c = theme();
		const scale = width / (view.to - view.from);
		g.fillStyle = c.ground;
		g.fillRect(0, 0, width, height);
		if (!isTruth(lane)) {
			g.fillStyle = c.shade;
			for (const b of data.brackets) {
				if (b.group === lane.group)
					g.fillRect(
						(b.from - view.from) * scale,
						0,
						Math.max((b.to - b.from) * scale, 1),
						height,
					);
			}
		}
		g.fillStyle = c.line;
		for (const t of ticks) g.fillRect(Math.round((t - view.from) * scale), 0, 1, height);
		const worst = new Uint8Array(width);
		for (const layer of layersOf(data, lane))
			stripOf(g, worstOf(layer, view, width, worst), layer.y, layer.h, dpr);
		if (lane.kind === "vendor") brackets(g, lane, view, width, dpr);
		marks(g, lane, view, width, dpr);
	};

	// axis draws the instants above the lanes, in one line a clock.
	const axis = (canvas, view, dpr, ticks, step, clocks) => {
		const g = canvas.getContext("2d"),
			{ width, height } = canvas;
		g.clearRect(0, 0, width, height);
		g.font = 11 * dpr + "px system-ui, sans-serif";
		g.textBaseline = "middle";
		g.fillStyle = theme().dim;
		for (const t of ticks) {
			const x = ((t - view.from) / (view.to - view.from)) * width;
			clocks.forEach((clock, i) => {
				const text = tickSays(clock, data.start + t, step),
					half = g.measureText(text).width / 2;
				g.fillText(text, Math.min(Math.max(x - half, 0), width - 2 * half), (8 + 14 * i) * dpr);
			});
		}
	};

	// map draws the whole run small: what the vendors did above, what the platform did below.
	const map = (canvas, lanes, dpr) => {
		const g = canvas.getContext("2d"),
			{ width, height } = canvas,
			c = theme();
		g.fillStyle = c.ground;
		g.fillRect(0, 0, width, height);
		const whole = { from: 0, to: data.length },
			one = new Uint8Array(width);
		const rows = [new Uint8Array(width).fill(NONE), new Uint8Array(width).fill(NONE)];
		for (const l of lanes) {
			if (l.kind === "status" || l.resource) continue;
			const row = rows[isTruth(l) ? 0 : 1];
			for (const layer of layersOf(data, l)) {
				worstOf(layer, whole, width, one);
				for (let x = 0; x < width; x++) if (one[x] < row[x]) row[x] = one[x];
			}
		}
		rows.forEach((row, i) => stripOf(g, row, 3 + 12 * i, 10, dpr));
	};

	dark.addEventListener("change", reset);
	return { lane, axis, map, reset, dark };
};
