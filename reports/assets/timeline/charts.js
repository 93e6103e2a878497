// The charts of counts and queues below the timeline: the same stretch, the same moment.

function Charts(data, paint, again) {
	const plots = [...document.querySelectorAll(".plot")],
		axis = byId("ch-axis");
	const across = (t) => ((1000 * t) / data.length).toFixed(4);

	// draw shows a view, with the lines of its ticks and of the moment that is explained.
	const draw = (rows, view, dpr, ticks, step, clocks) => {
		if (!plots.length) return;
		axis.style.height = 16 + 14 * (clocks.length - 1) + "px";
		if (rows.size(axis, dpr)) paint.axis(axis, view, dpr, ticks, step, clocks);
		const box = across(view.from) + " 0 " + across(view.to - view.from) + " 100";
		const lines = ticks.map((t) => "M" + across(t) + " 0V100").join("");
		const now = view.event < 0 ? "" : "M" + across(data.entries.at[view.event]) + " 0V100";
		byId("ch-clocks").replaceChildren(...byId("tl-clocks").cloneNode(true).childNodes);
		put(box, lines, now);
	};
	const put = (box, lines, now) => {
		for (const plot of plots) {
			plot.setAttribute("viewBox", box);
			plot.querySelector(".lines").setAttribute("d", lines);
			plot.querySelector(".now").setAttribute("d", now);
		}
	};
	// On paper is the whole run, as in the still picture.
	const still = plots[0]?.querySelector(".lines").getAttribute("d");
	addEventListener("beforeprint", () => put("0 0 1000 100", still, ""));
	addEventListener("afterprint", () => again());
	return { draw };
}
