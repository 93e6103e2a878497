// Explains a change: the chain of causes back to the fault, how long it lasted and what it led to, each in a
// sentence and linked to its moment.

const MOST_EFFECTS = 12;

const Explain = (data, clocks, linkTo) => {
	const make = (tag, text, attributes) => {
		const el = document.createElement(tag);
		if (text) el.textContent = text;
		for (const [key, value] of Object.entries(attributes || {})) el.setAttribute(key, value);
		return el;
	};

	// when says an instant on all clocks.
	const when = (at) => {
		const all = clocks();
		return all
			.map((clock, i) => clockSays(clock, data.start + at, true) + " " + (i ? clock.zone : "UTC"))
			.join(", ");
	};

	const text = (entry) => textOf(data, entry);

	const link = (entry) => {
		const a = make("a", clockSays(clocks()[0], data.start + data.entries.at[entry], true) + " UTC", {
			href: "#" + linkTo(entry),
		});
		a.title = when(data.entries.at[entry]) + ", entry " + data.entries.seq[entry];
		return a;
	};

	const item = (entry, before) => {
		const li = make("li"),
			at = data.entries.at[entry];
		li.append(link(entry), " ", make("span", text(entry)));
		if (before >= 0 && at > data.entries.at[before]) {
			li.append(
				" ",
				make("span", spanSays(at - data.entries.at[before]) + " later", { class: "small" }),
			);
		}
		return li;
	};

	// lasting says how long the state lasted that an entry began.
	const lasting = (entry) => {
		for (const lane of data.lanes) {
			for (let i = lane.began.indexOf(entry); i >= 0; i = lane.began.indexOf(entry, i + 1)) {
				const state = data.states[data.slots[lane.slot[i]].state].label;
				const p = make("p", "", { class: "lasting" });
				const long = spanSays(lane.to[i] - lane.from[i]);
				if (lane.ended[i] < 0) {
					const end =
						lane.to[i] >= data.length
							? " to the end of the run."
							: ", to " + when(lane.to[i]) + ".";
					p.append(capital(state) + " for " + long + ", from " + when(lane.from[i]) + end);
				} else {
					p.append(
						capital(state) + " for " + long + ". It ended: ",
						link(lane.ended[i]),
						" ",
						text(lane.ended[i]),
					);
				}
				return p;
			}
		}
		return null;
	};

	const capital = (s) => s.charAt(0).toUpperCase() + s.slice(1);

	// show fills the panel.
	const show = (panel, entry) => {
		panel.replaceChildren();
		const title = make("h3", text(entry), { id: "tl-why-title", tabindex: "-1" });
		const close = make("button", "Close", { type: "button", class: "close" });
		panel.append(
			close,
			title,
			make(
				"p",
				when(data.entries.at[entry]) + ". Entry " + data.entries.seq[entry] + " of the journal.",
				{ class: "small" },
			),
		);
		const lasted = lasting(entry);
		if (lasted) panel.append(lasted);
		const chain = causesOf(data, entry);
		panel.append(make("h4", "Why"));
		if (chain.length === 1) {
			panel.append(
				make(
					"p",
					data.entries.cause[entry]
						? "The entry that led to it is missing in the journal."
						: "Nothing in the run led to it: this is where a chain begins.",
				),
			);
		} else {
			const list = make("ol");
			chain.forEach((e, i) => list.append(item(e, i ? chain[i - 1] : -1)));
			panel.append(list);
		}
		const led = effectsOf(data, entry, MOST_EFFECTS);
		if (led.all) {
			panel.append(make("h4", "What it led to"));
			const list = make("ul");
			for (const e of led.some) list.append(item(e, entry));
			if (led.all > led.some.length)
				list.append(make("li", "and " + (led.all - led.some.length) + " more"));
			panel.append(list);
		}
		return { title, close };
	};

	return { show, when, text };
};
