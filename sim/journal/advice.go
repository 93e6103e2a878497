package journal

// Advice is one thing that would have gone better, and by what that is known.
type Advice struct {
	Kind AdviceKind `json:"kind"`
	Text string     `json:"text"` // a sentence, without a full stop
	// What it is about.
	Application string   `json:"application,omitempty"`
	Connections []string `json:"connections,omitempty"`
	Flows       []string `json:"flows,omitempty"`
	Jobs        []string `json:"jobs,omitempty"`
	// Every and Threshold are what was found to suffice; 0 where nothing was.
	Every     Seconds    `json:"every_s,omitempty"`
	Threshold int        `json:"threshold,omitempty"`
	Evidence  []Evidence `json:"evidence"`
}

// AdviceKind says what kind of thing is advised.
type AdviceKind string

// The kinds of advice, worst first.
const (
	AdviseRetention  AdviceKind = "retention"       // records expired before anything read them
	AdviseSettings   AdviceKind = "interval"        // another interval or threshold survives
	AdviseEnable     AdviceKind = "nobody_enables"  // nobody reacts to disabled jobs
	AdviseAuthorize  AdviceKind = "reauthorize"     // a connection waits for credentials
	AdviseResolve    AdviceKind = "auto_resolve"    // errors wait for a hand that would be retried
	AdviseSlowHands  AdviceKind = "slow_enable"     // people took longer than the outage
	AdviseTellNobody AdviceKind = "nobody_told"     // something stopped and no mail reached anybody
	AdviseStatusPage AdviceKind = "status_page_lag" // the status page is slower than the platform
)

// Evidence is an entry of the journal, or a figure: of this run's summary, or of another run that was made.
type Evidence struct {
	Seq    int64  `json:"seq,omitempty"`
	Figure string `json:"figure,omitempty"`
	Value  string `json:"value,omitempty"`
}
