package fakevendor

import "fmt"

// RespondWith is Respond for one call that meets a fault of its own, beside those in their windows; no other
// call does, and nothing of the fault stays. Its From and To say nothing. Where it answered, Response.Fault
// is -1 and Why.Rule ByFault. The error says what is wrong with the fault; the call was not made then.
func (v *Vendor) RespondWith(now Time, f *Fault, req *Request, resp *Response) error {
	own := *f
	own.From, own.To = now, never
	if err := v.cfg.validateFault(&own); err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	v.tell(now)
	a := &v.apps[own.Application]
	v.cross(a, now)
	number, edges := len(v.faults), len(a.edges)
	v.openFault(&own)
	a.edges = a.edges[:edges]
	if own.Kind == TokenRevoked {
		v.faults[number].revoked = v.conns[own.Connection].access
	}
	v.activate(a, number)
	v.Respond(now, req, resp)
	v.deactivate(a, number)
	v.faults = v.faults[:number]
	for _, of := range []*int{&resp.Fault, &resp.Slowed, &resp.Mended} {
		if *of == number {
			*of = -1
		}
	}
	return nil
}
