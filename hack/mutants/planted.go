package main

// patch is a mutant that was thought up by hand: a misreading of a rule, where no operator makes it.
type patch struct {
	name, file   string
	old, changed string // a piece of one function
}

// planted are the misreadings of the rules that the rule book has to notice.
func planted() []patch {
	return []patch{
		{
			"OUT-07: all flows resume at once", "engine/queue.go",
			"if !e.cfg.Flows.InTurn {", "if true {",
		},
		{
			"OUT-07: frozen runs go after queued ones", "engine/queue.go",
			"if a.Frozen {\n\t\t\treturn -1\n\t\t}\n\t\treturn 1",
			"if a.Frozen {\n\t\t\treturn 1\n\t\t}\n\t\treturn -1",
		},
		{
			"OUT-07: the queue is read from its end", "engine/queue.go",
			"if a.Entry < b.Entry {\n\t\t\treturn -1\n\t\t}\n\t\treturn 1",
			"if a.Entry < b.Entry {\n\t\t\treturn 1\n\t\t}\n\t\treturn -1",
		},
		{
			"OUT-07: a paused run keeps its slots", "engine/connection.go",
			"f.stand()\n\te.giveSlots(i)", "f.stand()",
		},
		{
			"DIS-12: enable keeps the counts", "engine/disable.go",
			"if !p.EnableKeepsCounts {", "if false {",
		},
		{
			"DIS-04: one success resets all resources", "engine/job.go",
			"if p.Reset == policy.ResetJob {", "if true {",
		},
		{
			"DIS-06: failures of different resources add up", "engine/disable.go",
			"return e.st.Jobs[i].Res[slot].Streak >= x", "return sum >= x",
		},
		{
			"DIS-06: all resources must reach the threshold", "engine/disable.go",
			"return e.st.Jobs[i].Res[slot].Streak >= x", "return all",
		},
		{
			"DIS-07: a poll in flight after the disablement counts as any other", "engine/job.go",
			"case !e.wanted(c):\n\t\te.pollAfterDisable(c, r)\n\t", "",
		},
		{
			"DIS-07: a poll of an earlier enablement counts in the later one", "engine/call.go",
			"return j.Enabled && j.Epoch == c.Epoch", "return j.Enabled",
		},
		{
			"DIS-08: one mail too many", "engine/disable.go",
			"e.notifyDisabled(i, seq)", "e.notifyDisabled(i, seq)\n\te.notifyDisabled(i, seq)",
		},
		{
			"DIS-08: the second disablement sends no mail", "engine/disable.go",
			"e.notifyDisabled(i, seq)", "if j.Epoch == 0 {\n\t\te.notifyDisabled(i, seq)\n\t}",
		},
		{
			"DIS-10: jobs that a user switched off are listed too", "engine/query.go",
			"e.st.Jobs[i].Disabled.By == ByPlatform", "!e.st.Jobs[i].Enabled",
		},
		{
			"OUT-06: the sweep tests offline connections only", "engine/sweep.go",
			"if e.st.Conns[c].Offline || all && e.appOffline(e.cfg.Connections[c].Application) {",
			"if e.st.Conns[c].Offline || all && c < 0 {",
		},
		{
			"OUT-06: the sweep tests every connection of the platform", "engine/sweep.go",
			"if e.st.Conns[c].Offline || all && e.appOffline(e.cfg.Connections[c].Application) {",
			"if all || e.st.Conns[c].Offline {",
		},
		{
			"OUT-06: sweeps begin an hour after the outage", "engine/sweep.go",
			"k := (time.Duration(from-first) + p.SweepEvery - 1) / p.SweepEvery\n" +
				"\te.st.SweepAt = first.Add(k * p.SweepEvery)",
			"e.st.SweepAt = from.Add(p.SweepEvery)",
		},
		{
			"OUT-02: the waits are counted from the first failure", "engine/run.go",
			"e.wait(i, t, now.Add(p.RetryWaits[n-1]))\n\t\treturn",
			"e.wait(i, t, max(now, t.FirstAt.Add(p.RetryWaits[n-1])))\n\t\treturn",
		},
		{
			"OUT-05: a pause leaves idle flows alone", "engine/connection.go",
			"f.Offline++\n\tif f.Offline > 1 {", "f.Offline++\n\tif f.Offline > 1 || f.Run == noRun {",
		},
		{
			"OUT-05: a failure after the pause opens errors", "engine/run.go",
			"e.offlineLate(now, c, r, e.closeFlowStreak(i))\n\tf := &e.st.Flows[i]\n\tswitch {",
			"f := &e.st.Flows[i]\n\tcause := e.closeFlowStreak(i)\n" +
				"\tif c.Op == WriteRecords && r.Class == VendorDown && c.Slot != onRetry {\n" +
				"\t\te.openErrors(now, i, &f.InHand[c.Slot], Intermittent, cause)\n\t}\n" +
				"\te.offlineLate(now, c, r, cause)\n\tswitch {",
		},
		{
			"OUT-08: a page whose write failed for good is written again", "engine/errors.go",
			"p.State = pageDone\n\te.settle(i)",
			"if class != Intermittent {\n\t\tp.State = pageDone\n\t}\n\te.settle(i)",
		},
		{
			"OUT-09: the newest errors are retried first", "engine/errors.go",
			"for k := pos; k < len(f.Errors); k++ {", "for k := len(f.Errors) - 1; k >= pos; k-- {",
		},
		{
			"OUT-11: advice at ninety minutes exactly", "engine/advice.go",
			"since.Add(e.cfg.Flows.AdviceAfter)+1", "since.Add(e.cfg.Flows.AdviceAfter)",
		},
		{
			"OUT-11: the ninety minutes count from the outage alone", "engine/advice.go",
			"max(st.ResolvedAt, cn.OfflineAt)", "cn.OfflineAt",
		},
		{
			"OUT-12: a saved credential brings the connection online untested", "engine/connection.go",
			"e.test(now, c, ByReauthorize, seq)", "if cn.Offline {\n\t\te.online(now, c, seq)\n\t}",
		},
		{
			"C-06: each call that needs a refresh makes its own", "engine/call.go",
			"if cn.Refreshing >= 0 {", "if false {",
		},
		{
			"C-05: a token is good at the instant of its expiry", "engine/call.go",
			"now < e.st.Conns[c.Conn].Token.ExpiresAt\n", "now <= e.st.Conns[c.Conn].Token.ExpiresAt\n",
		},
		{
			"T-03: retries before the tests of a sweep", "engine/due.go",
			"if st.SweepAt == now {", "if e.dueWait(now) {\n\t\treturn\n\t}\n\tif st.SweepAt == now {",
		},
		{
			"T-03: first polls before runs that resume", "engine/due.go",
			"if e.dueWait(now) || e.scanQueue(now) {",
			"if e.dueWait(now) || len(st.Firsts) == 0 && e.scanQueue(now) {",
		},
		{
			"T-03: scheduled starts before runs that wait", "engine/due.go",
			"if e.dueWait(now) || e.scanQueue(now) {\n\t\treturn\n\t}",
			"if len(st.Timers) == 0 || st.Timers[0].At > now || st.Timers[0].rank() == rankWait {\n" +
				"\t\tif e.dueWait(now) || e.scanQueue(now) {\n\t\t\treturn\n\t\t}\n\t}",
		},
		{
			"T-03: summaries before scheduled starts", "engine/due.go",
			"st := &e.st\n\tfor len(st.Timers) > 0 && st.Timers[0].At == now {",
			"st := &e.st\n\tif st.SummaryAt == now {\n\t\te.summarise(now)\n\t\treturn\n\t}\n" +
				"\tfor len(st.Timers) > 0 && st.Timers[0].At == now {",
		},
	}
}
