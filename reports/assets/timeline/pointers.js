// The mouse and the finger: drag to pan, ctrl and the wheel to zoom, a click explains, the map chooses a stretch.

function pointers({ data, box, rows, map, view, zoom, changed, pick, unfold, choose, explain }) {
	const tip = byId("tl-tip");
	let drag = null;

	const rowAt = (target) => rows.shown.find((s) => s.canvas === target);
	const timeAt = (canvas, x) => {
		const r = canvas.getBoundingClientRect(),
			v = view();
		return v.from + ((x - r.left) / r.width) * (v.to - v.from);
	};
	const entryAt = (s, x) =>
		rows.find(s.lane, timeAt(s.canvas, x), (5 * (view().to - view().from)) / s.canvas.clientWidth);

	box.addEventListener("pointerdown", (ev) => {
		const s = rowAt(ev.target);
		if (!s || ev.button) return;
		drag = { x: ev.clientX, from: view().from, to: view().to, s, moved: false };
		s.canvas.setPointerCapture(ev.pointerId);
	});
	box.addEventListener("pointermove", (ev) => {
		if (drag) {
			const by = ((drag.x - ev.clientX) / drag.s.canvas.clientWidth) * (drag.to - drag.from);
			drag.moved ||= Math.abs(drag.x - ev.clientX) > 3;
			if (!drag.moved) return;
			tip.hidden = true;
			Object.assign(view(), clamp(data, drag.from + by, drag.to + by));
			changed();
			return;
		}
		hover(ev);
	});
	const drop = (ev) => {
		const last = drag;
		drag = null;
		if (!last || last.moved || ev.type === "pointercancel") return;
		choose(last.s.lane.id);
		const entry = entryAt(last.s, ev.clientX);
		if (entry >= 0) pick(entry, true);
		else changed();
	};
	box.addEventListener("pointerup", drop);
	box.addEventListener("pointercancel", drop);
	box.addEventListener("pointerleave", () => {
		tip.hidden = true;
	});
	box.addEventListener("click", (ev) => {
		if (ev.target.dataset.open) unfold(ev.target.dataset.open);
	});
	box.addEventListener(
		"wheel",
		(ev) => {
			const s = rowAt(ev.target);
			if (!s || !ev.ctrlKey) return; // the page scrolls
			ev.preventDefault();
			zoom(Math.exp(ev.deltaY / 300), timeAt(s.canvas, ev.clientX));
		},
		{ passive: false },
	);

	// hover says what stands under the pointer.
	const hover = (ev) => {
		const s = rowAt(ev.target);
		tip.hidden = !s;
		if (!s) return;
		const entry = entryAt(s, ev.clientX),
			at = timeAt(s.canvas, ev.clientX);
		s.canvas.classList.toggle("hit", entry >= 0);
		tip.textContent =
			entry >= 0
				? explain.when(data.entries.at[entry]) + ": " + explain.text(entry)
				: explain.when(Math.round(at / SECOND) * SECOND);
		tip.style.left = Math.min(ev.clientX + 14, innerWidth - tip.offsetWidth - 8) + "px";
		tip.style.top = Math.min(ev.clientY + 18, innerHeight - tip.offsetHeight - 8) + "px";
	};

	// The map: a drag chooses a stretch, a click moves the view there.
	let began = null;
	const mapTime = (ev) => {
		const r = map.getBoundingClientRect();
		return Math.min(Math.max((ev.clientX - r.left) / r.width, 0), 1) * data.length;
	};
	map.addEventListener("pointerdown", (ev) => {
		began = { at: mapTime(ev), x: ev.clientX, v: { from: view().from, to: view().to } };
		map.setPointerCapture(ev.pointerId);
	});
	map.addEventListener("pointermove", (ev) => {
		if (!began || Math.abs(ev.clientX - began.x) < 4) return;
		const at = mapTime(ev);
		Object.assign(view(), clamp(data, Math.min(at, began.at), Math.max(at, began.at)));
		changed();
	});
	map.addEventListener("pointerup", (ev) => {
		if (began && Math.abs(ev.clientX - began.x) < 4) {
			const half = (began.v.to - began.v.from) / 2;
			Object.assign(view(), clamp(data, began.at - half, began.at + half));
			changed();
		}
		began = null;
	});
}
