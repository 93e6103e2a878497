package journal

import "strconv"

// AppendJSON appends the entry as one JSON object without a line end: the keys in the order of the struct's
// fields, byte for byte what encoding/json writes with SetEscapeHTML(false). It allocates nothing but room
// in b, except for what is told after the run. The timeline of a run.started must be valid JSON.
func (e *Entry) AppendJSON(b []byte) []byte {
	b = append(b, `{"seq":`...)
	b = strconv.AppendInt(b, e.Seq, 10)
	b = append(b, `,"at":`...)
	b = e.At.AppendJSON(b)
	b = append(b, `,"kind":`...)
	b = appendString(b, string(e.Kind))
	b = e.appendSubject(b)
	b = e.appendCalls(b)
	b = e.appendStates(b)
	b = e.appendTexts(b)
	if e.Run != nil {
		b = e.Run.appendJSON(append(b, `,"run":`...))
	}
	if e.End != nil {
		b = e.End.appendJSON(append(b, `,"end":`...))
	}
	if e.Ranges != nil {
		b = appendPlain(append(b, `,"ranges":`...), e.Ranges)
	}
	if len(e.Environments) > 0 {
		b = appendPlain(append(b, `,"environments":`...), e.Environments)
	}
	if len(e.Fleet) > 0 {
		b = appendPlain(append(b, `,"fleet":`...), e.Fleet)
	}
	if len(e.Advice) > 0 {
		b = appendPlain(append(b, `,"advice":`...), e.Advice)
	}
	b = append(b, `,"cause":`...)
	if e.Cause == nil {
		return append(b, "null}"...)
	}
	b = strconv.AppendInt(b, *e.Cause, 10)
	return append(b, '}')
}

// appendSubject appends what the entry is about, and the fields of faults.
func (e *Entry) appendSubject(b []byte) []byte {
	b = optText(b, `,"application":`, e.Application)
	b = optText(b, `,"connection":`, e.Connection)
	b = optText(b, `,"flow":`, e.Flow)
	b = optText(b, `,"job":`, e.Job)
	b = optText(b, `,"instance":`, e.Instance)
	b = optText(b, `,"resource":`, e.Resource)
	b = optTexts(b, `,"resources":`, e.Resources)
	b = optText(b, `,"fault":`, e.Fault)
	b = optText(b, `,"how":`, e.How)
	b = optTime(b, `,"until":`, e.Until)
	b = optInt(b, `,"began":`, e.Began)
	return optInt(b, `,"wasted":`, e.Wasted)
}

// appendCalls appends the fields of calls, streaks and tests.
func (e *Entry) appendCalls(b []byte) []byte {
	b = optText(b, `,"call":`, e.Call)
	b = optText(b, `,"class":`, e.Class)
	b = optText(b, `,"sub_cause":`, e.SubCause)
	b = optInt(b, `,"status":`, int64(e.Status))
	b = optTime(b, `,"first":`, e.First)
	b = optTime(b, `,"last":`, e.Last)
	b = optInt(b, `,"count":`, e.Count)
	return optText(b, `,"result":`, e.Result)
}

// appendStates appends the fields of jobs, operators, flows and their errors.
func (e *Entry) appendStates(b []byte) []byte {
	b = optText(b, `,"by":`, e.By)
	b = optInt(b, `,"failures":`, int64(e.Failures))
	b = optInt(b, `,"threshold":`, int64(e.Threshold))
	b = optText(b, `,"environment":`, e.Environment)
	b = optText(b, `,"command":`, e.Command)
	b = optTexts(b, `,"missing":`, e.Missing)
	b = optText(b, `,"who":`, e.Who)
	b = optText(b, `,"state":`, e.State)
	b = optInt(b, `,"pages":`, e.Pages)
	b = optInt(b, `,"records":`, e.Records)
	b = optText(b, `,"error_class":`, e.ErrorClass)
	if e.Delivered != nil {
		b = strconv.AppendInt(append(b, `,"delivered":`...), *e.Delivered, 10)
	}
	if e.Waiting != nil {
		b = strconv.AppendInt(append(b, `,"waiting":`...), *e.Waiting, 10)
	}
	return b
}

// appendTexts appends the fields of notifications, checks and expectations.
func (e *Entry) appendTexts(b []byte) []byte {
	b = optInt(b, `,"notification":`, e.Notification)
	b = optText(b, `,"about":`, e.About)
	b = optTexts(b, `,"to":`, e.To)
	b = optText(b, `,"subject":`, e.Subject)
	b = optText(b, `,"body":`, e.Body)
	b = optText(b, `,"rule":`, e.Rule)
	b = optText(b, `,"message":`, e.Message)
	b = optText(b, `,"want":`, e.Want)
	b = optText(b, `,"got":`, e.Got)
	return optInt(b, `,"line":`, int64(e.Line))
}

// The opt functions append a key, comma and colon included, and its value; nothing where the value is empty.

func optText(b []byte, key, v string) []byte {
	if v == "" {
		return b
	}
	return appendString(append(b, key...), v)
}

func optTexts(b []byte, key string, v []string) []byte {
	if len(v) == 0 {
		return b
	}
	return appendStrings(append(b, key...), v)
}

func optInt(b []byte, key string, v int64) []byte {
	if v == 0 {
		return b
	}
	return strconv.AppendInt(append(b, key...), v, 10)
}

func optTime(b []byte, key string, v *Time) []byte {
	if v == nil {
		return b
	}
	return v.AppendJSON(append(b, key...))
}
