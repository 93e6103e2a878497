package steps

// reactionSteps say what people do once they are told.
func reactionSteps() []Step {
	return []Step{
		{
			Pattern: "somebody who is told of {news} {reaction} {duration} later",
			Example: `somebody who is told of a disabled job enables it "45m" later`,
			Doc: "A person who works day and night acts so long " +
				"after the delivery of each e-mail about it.",
			run: func(s *Scenario, a []value) error { return s.reacts(a[0], a[1], a[2]) },
		},
		{
			Pattern: "somebody at work {hours} in {zone} who is told of {news} {reaction} {duration} later",
			Example: `somebody at work "Mon-Fri 09:00-17:00" in "America/New_York" ` +
				`who is told of a disabled job enables it "45m" later`,
			Doc: "The same person, who waits for the next opening " +
				"where that instant is outside working hours.",
			run: func(s *Scenario, a []value) error {
				return s.reacts(a[2], a[3], a[4], "hours", a[0].text, "zone", a[1].text)
			},
		},
		{
			Pattern: "{person} hears of {news} and {reaction} {duration} later",
			Example: `"ops@example.com" hears of a disabled job and enables it "45m" later`,
			Doc: "Somebody who works day and night and acts upon e-mails to this address alone; advice is " +
				"seen by everybody.",
			run: func(s *Scenario, a []value) error { return s.reacts(a[1], a[2], a[3], "who", a[0].text) },
		},
		{
			Pattern: "{person} at work {hours} in {zone} hears of {news} and {reaction} {duration} later",
			Example: `"ops@example.com" at work "Mon-Fri 09:00-17:00" in "America/New_York" ` +
				`hears of a disabled job and enables it "45m" later`,
			Doc: "The same person, who waits for the next opening " +
				"where that instant is outside working hours.",
			run: func(s *Scenario, a []value) error {
				return s.reacts(a[3], a[4], a[5], "who", a[0].text, "hours", a[1].text, "zone", a[2].text)
			},
		},
		{
			Pattern: "{person} is away {window}",
			Example: `"ops@example.com" is away from "2h" for "8h"`,
			Doc: "That person does nothing meanwhile, and acts at the return; " +
				"who is away to the end never acts.",
			run: func(s *Scenario, a []value) error { return s.during(a[1], "away", a[0].text) },
		},
		{
			Pattern: "e-mails arrive {duration} late {window}",
			Example: `e-mails arrive "20m" late from "2h" for "1h"`,
			Doc:     "What the platform decides to send in that time is delivered so much later.",
			run: func(s *Scenario, a []value) error {
				return s.during(a[1], "mail", "late", "by", a[0].text)
			},
		},
	}
}

// reacts adds somebody who reacts to news.
func (s *Scenario) reacts(to, how, after value, more ...any) error {
	who := pairs("when", meaning(news(), to.text), "do", meaning(reactions(), how.text), "after", after.text)
	for i := 0; i < len(more); i += 2 {
		who.set(more[i].(string), more[i+1])
	}
	s.draft.add("operators", who)
	return nil
}
