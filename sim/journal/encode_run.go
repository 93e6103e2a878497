package journal

import "strconv"

// The key functions append a key, with what stands before it, and its value, empty or not.

func keyText(b []byte, key, v string) []byte { return appendString(append(b, key...), v) }

func keyInt(b []byte, key string, v int64) []byte { return strconv.AppendInt(append(b, key...), v, 10) }

func keySeconds(b []byte, key string, v Seconds) []byte { return v.AppendJSON(append(b, key...)) }

func (r *Run) appendJSON(b []byte) []byte {
	b = keyInt(b, `{"format":`, int64(r.Format))
	b = keyText(b, `,"version":`, r.Version)
	b = keyText(b, `,"name":`, r.Name)
	b = r.Start.AppendJSON(append(b, `,"start":`...))
	b = r.End.AppendJSON(append(b, `,"end":`...))
	b = keyText(b, `,"zone":`, r.Zone)
	b = keyText(b, `,"environment":`, r.Environment)
	b = keyInt(b, `,"threshold":`, int64(r.Threshold))
	b = strconv.AppendUint(append(b, `,"seed":`...), r.Seed, 10)
	b = appendList(append(b, `,"policies":`...), r.Policies, appendPolicy)
	b = appendCompact(append(b, `,"timeline":`...), r.Timeline)
	b = optText(b, `,"command":`, r.Command)
	b = appendList(append(b, `,"applications":`...), r.Applications, appendApplication)
	b = appendList(append(b, `,"connections":`...), r.Connections, appendConnection)
	b = appendList(append(b, `,"flows":`...), r.Flows, appendFlow)
	b = appendList(append(b, `,"jobs":`...), r.Jobs, appendJob)
	return append(b, '}')
}

func appendPolicy(b []byte, p *Policy) []byte {
	b = keyText(b, `{"name":`, p.Name)
	b = keyText(b, `,"governs":`, p.Governs)
	b = keyText(b, `,"title":`, p.Title)
	b = appendList(append(b, `,"sources":`...), p.Sources, appendSource)
	b = appendList(append(b, `,"values":`...), p.Values, appendValue)
	return append(b, '}')
}

func appendSource(b []byte, s *Source) []byte {
	b = keyText(b, `{"key":`, s.Key)
	b = keyText(b, `,"title":`, s.Title)
	b = optText(b, `,"url":`, s.URL)
	b = optText(b, `,"date":`, s.Date)
	return append(b, '}')
}

func appendValue(b []byte, v *Value) []byte {
	b = keyText(b, `{"name":`, v.Name)
	b = keyText(b, `,"value":`, v.Value)
	b = keyText(b, `,"rule":`, v.Rule)
	b = keyText(b, `,"basis":`, v.Basis)
	b = optText(b, `,"source":`, v.Source)
	b = optText(b, `,"why":`, v.Why)
	b = optTexts(b, `,"alternatives":`, v.Alternatives)
	return append(b, '}')
}

func appendApplication(b []byte, a *RunApplication) []byte {
	b = keyText(b, `{"name":`, a.Name)
	b = keyText(b, `,"dialect":`, a.Dialect)
	return append(b, '}')
}

func appendConnection(b []byte, c *RunConnection) []byte {
	b = keyText(b, `{"name":`, c.Name)
	b = keyText(b, `,"application":`, c.Application)
	b = keyText(b, `,"owner":`, c.Owner)
	b = appendStrings(append(b, `,"subscribers":`...), c.Subscribers)
	return append(b, '}')
}

func appendFlow(b []byte, f *RunFlow) []byte {
	b = keyText(b, `{"name":`, f.Name)
	b = keyText(b, `,"from":`, f.From)
	b = keyText(b, `,"to":`, f.To)
	b = keySeconds(b, `,"every_s":`, f.EverySeconds)
	if f.DeadlineSeconds != 0 {
		b = keySeconds(b, `,"deadline_s":`, f.DeadlineSeconds)
	}
	b = strconv.AppendBool(append(b, `,"auto_resolve":`...), f.AutoResolve)
	b = optInt(b, `,"buffer":`, f.Buffer)
	return append(b, '}')
}

func appendJob(b []byte, j *RunJob) []byte {
	b = keyText(b, `{"name":`, j.Name)
	b = keyText(b, `,"instance":`, j.Instance)
	b = appendStrings(append(b, `,"resources":`...), j.Resources)
	b = keySeconds(b, `,"every_s":`, j.EverySeconds)
	if j.DeadlineSeconds != 0 {
		b = keySeconds(b, `,"deadline_s":`, j.DeadlineSeconds)
	}
	return append(b, '}')
}
