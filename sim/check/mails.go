package check

import (
	"slices"

	"github.com/outagedrill/outagedrill/engine"
)

// mail is one that was decided and not yet delivered.
type mail struct {
	id        int64
	notBefore engine.Time
}

func (c *Checker) undelivered(id int64) int {
	return slices.IndexFunc(c.mails, func(m mail) bool { return m.id == id })
}

// mailDecided sees the decision to send a mail; of a disablement exactly one, to the instance's owner.
func (c *Checker) mailDecided(now engine.Time, en *engine.Entry) {
	if en.Mail == nil {
		c.fail("DIS-08", "a mail was decided that is none")
		return
	}
	if c.undelivered(en.Mail.ID) >= 0 {
		c.fail("DIS-08", "mail %d was decided twice", en.Mail.ID)
		return
	}
	c.posted(now, en.Mail.ID)
	if en.Mail.About != "job.disabled" {
		return
	}
	if en.Job < 0 || !c.kept(owesMail, en.Job) {
		c.fail("DIS-08", "mail %d tells of a disablement that was not the platform's, or was told already",
			en.Mail.ID)
		return
	}
	owner := c.cfg.Connections[c.cfg.Jobs[en.Job].Instance].Owner
	if len(en.Mail.To) != 1 || en.Mail.To[0] != owner {
		c.fail("DIS-08", "the mail about the disablement of %s goes to %v (want %s)",
			c.job(en.Job), en.Mail.To, owner)
	}
}

// mailDelivered sees a mail delivered: it must have been decided, in this order, and not be delivered
// already.
func (c *Checker) mailDelivered(now engine.Time, en *engine.Entry) {
	if en.Mail == nil {
		c.fail("DIS-08", "a mail was delivered that is none")
		return
	}
	switch k := c.undelivered(en.Mail.ID); {
	case k < 0:
		c.fail("DIS-08", "mail %d was delivered though it was not decided, or a second time", en.Mail.ID)
	case k > 0:
		c.fail("DIS-08", "mail %d was delivered before mail %d, which was decided before it",
			en.Mail.ID, c.mails[0].id)
		c.mails = slices.Delete(c.mails, k, k+1)
	default:
		c.arrived(now, c.mails[0])
		c.mails = slices.Delete(c.mails, 0, 1)
	}
}
