// Instants and durations in words. UTC is said in one form everywhere; the second clock is the reader's zone
// or the run's.

const SECOND = 1e6,
	MINUTE = 60 * SECOND,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR;

const STEPS = [
	1e3,
	5e3,
	1e4,
	5e4,
	1e5,
	5e5,
	SECOND,
	5 * SECOND,
	15 * SECOND,
	30 * SECOND,
	MINUTE,
	5 * MINUTE,
	15 * MINUTE,
	30 * MINUTE,
	HOUR,
	2 * HOUR,
	3 * HOUR,
	6 * HOUR,
	12 * HOUR,
	DAY,
	2 * DAY,
	4 * DAY,
	7 * DAY,
	14 * DAY,
	30 * DAY,
	60 * DAY,
	91 * DAY,
	182 * DAY,
	365 * DAY,
];

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const two = (n) => String(n).padStart(2, "0");

// iso says an instant as links do: 2024-11-29T19:00:00.5Z, to the microsecond.
function iso(micros) {
	const date = new Date(Math.floor(micros / 1000));
	const part = String(((micros % SECOND) + SECOND) % SECOND)
		.padStart(6, "0")
		.replace(/0+$/, "");
	return date.toISOString().slice(0, 19) + (part ? "." + part : "") + "Z";
}

// fromISO reads what iso wrote; NaN for anything else.
function fromISO(text) {
	const m = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(text);
	return m ? Date.parse(m[1] + "Z") * 1000 + Number((m[2] || "").padEnd(6, "0")) : NaN;
}

// zoneClock gives the parts of instants in a zone.
function zoneClock(zone) {
	let format;
	try {
		format = new Intl.DateTimeFormat("en-US", {
			timeZone: zone,
			hourCycle: "h23",
			year: "numeric",
			month: "numeric",
			day: "numeric",
			hour: "numeric",
			minute: "numeric",
			second: "numeric",
		});
	} catch {
		return null; // a zone that this browser does not know
	}
	const parts = (micros) => {
		const out = {};
		for (const p of format.formatToParts(Math.floor(micros / 1000))) out[p.type] = Number(p.value);
		return out;
	};
	return { zone, parts };
}

// clockSays says an instant in a zone: with the day where asked, seconds where there are any.
function clockSays(clock, micros, withDay) {
	const p = clock.parts(micros);
	let s = two(p.hour) + ":" + two(p.minute);
	const part = ((micros % MINUTE) + MINUTE) % MINUTE;
	if (part) s += ":" + two(p.second);
	if (part % SECOND)
		s +=
			"." +
			String(part % SECOND)
				.padStart(6, "0")
				.replace(/0+$/, "");
	return withDay ? MONTHS[p.month - 1] + " " + p.day + " " + s : s;
}

// spanSays says a duration as the rest of the page does (words.Span): two units, rounded.
function spanSays(micros) {
	const inUnits = (small, per, of, name) => {
		const n = Math.round(micros / small),
			[whole, rest] = [Math.floor(n / per), n % per];
		return [whole && whole + " " + of, rest && rest + " " + name].filter(Boolean).join(" ");
	};
	if (micros <= 0) return "no time";
	if (micros < SECOND) return micros / 1000 + " ms";
	if (micros < 10 * MINUTE) return inUnits(SECOND, 60, "min", "s");
	if (micros < 2 * DAY) return inUnits(MINUTE, 60, "h", "min");
	return inUnits(HOUR, 24, "d", "h");
}

// tickStep is the distance of ticks that leaves each so many pixels.
function tickStep(view, pixels, room) {
	const least = ((view.to - view.from) * room) / Math.max(pixels, 1);
	return STEPS.find((s) => s >= least) || STEPS[STEPS.length - 1];
}

// ticksOf are the whole multiples of the step, in UTC, that a view shows.
function ticksOf(start, view, step) {
	const out = [];
	for (let t = Math.ceil((start + view.from) / step) * step; t <= start + view.to; t += step)
		out.push(t - start);
	return out;
}

// tickSays names the day at midnight and where ticks are days, else the time.
function tickSays(clock, micros, step) {
	const p = clock.parts(micros);
	if (step >= DAY || !(p.hour || p.minute || p.second || micros % SECOND))
		return MONTHS[p.month - 1] + " " + p.day;
	let s = two(p.hour) + ":" + two(p.minute);
	if (step < MINUTE) s += ":" + two(p.second);
	if (step < SECOND)
		s +=
			"." +
			String(micros % SECOND)
				.padStart(6, "0")
				.slice(0, 3);
	return s;
}
