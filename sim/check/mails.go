package check

import (
	"slices"

	"github.com/outagedrill/outagedrill/engine"
)

// mailDecided sees the decision to send a mail; of a disablement exactly one, to the instance's owner.
func (c *Checker) mailDecided(en *engine.Entry) {
	if en.Mail == nil {
		c.fail("DIS-08", "a mail was decided that is none")
		return
	}
	if slices.Contains(c.mails, en.Mail.ID) {
		c.fail("DIS-08", "mail %d was decided twice", en.Mail.ID)
		return
	}
	c.mails = append(c.mails, en.Mail.ID)
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
func (c *Checker) mailDelivered(en *engine.Entry) {
	if en.Mail == nil {
		c.fail("DIS-08", "a mail was delivered that is none")
		return
	}
	switch k := slices.Index(c.mails, en.Mail.ID); {
	case k < 0:
		c.fail("DIS-08", "mail %d was delivered though it was not decided, or a second time", en.Mail.ID)
	case k > 0:
		c.fail("DIS-08", "mail %d was delivered before mail %d, which was decided before it",
			en.Mail.ID, c.mails[0])
		c.mails = slices.Delete(c.mails, k, k+1)
	default:
		c.mails = slices.Delete(c.mails, 0, 1)
	}
}
