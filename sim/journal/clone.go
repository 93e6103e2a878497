package journal

import "slices"

// Clone is a copy of an entry that stays as it is when the entry is used for the next one. What a run carries
// once (Run, End, Ranges, Fleet, Advice) is shared, for nobody changes that.
func (e *Entry) Clone() *Entry {
	c := *e
	c.Resources, c.Missing, c.To = slices.Clone(e.Resources), slices.Clone(e.Missing), slices.Clone(e.To)
	c.Until, c.First, c.Last = copied(e.Until), copied(e.First), copied(e.Last)
	c.Delivered, c.Waiting, c.Cause = copied(e.Delivered), copied(e.Waiting), copied(e.Cause)
	return &c
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}
