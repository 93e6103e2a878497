package dialect

import (
	"time"

	"go.yaml.in/yaml/v4"
)

// oauth reads where and how the vendor gives tokens; what it leaves out is that of the dialect it extends.
func (p *parser) oauth(n *yaml.Node) {
	m := p.mapping(n, "authorize", "token", "revoke", "answer", "form", "errors", "code_lifetime",
		"refresh_on_code", "refresh_on_client", "refresh_always", "redirect_optional", "device", "logins",
		"source", "certainty", "date")
	if m == nil {
		return
	}
	p.dialect.know(p.origin(n, m, "api.oauth", "OAuth 2.0 endpoints"))
	o := &p.dialect.API.OAuth
	for key, into := range map[string]*[]string{
		"authorize": &o.Authorize, "token": &o.Token, "revoke": &o.Revoke,
	} {
		if m[key] == nil {
			continue
		}
		*into = p.texts(m[key])
		for _, path := range *into {
			p.path(m[key], path)
		}
	}
	if m["answer"] != nil {
		o.Answer = p.success(m["answer"], o.Answer)
	}
	for key, into := range map[string]*bool{
		"form": &o.Form, "refresh_on_code": &o.RefreshOnCode, "refresh_on_client": &o.RefreshOnClient,
		"refresh_always": &o.RefreshAlways, "redirect_optional": &o.RedirectOptional,
	} {
		if m[key] != nil {
			*into = p.flag(m[key], key)
		}
	}
	if m["code_lifetime"] != nil {
		o.CodeLifetime = p.span(m["code_lifetime"], "code_lifetime")
	}
	if o.CodeLifetime == 0 {
		o.CodeLifetime = 10 * time.Minute
	}
	p.oauthErrors(m["errors"])
	p.device(m["device"])
	if m["logins"] != nil {
		o.Logins = p.logins(m["logins"])
	}
}

// device reads how devices without a browser get tokens; what it leaves out is as it was.
func (p *parser) device(n *yaml.Node) {
	m := p.mapping(n, "paths", "verify", "answer", "lifetime", "interval")
	if m == nil {
		return
	}
	d := &p.dialect.API.OAuth.Device
	if m["paths"] != nil {
		d.Paths = p.texts(m["paths"])
		for _, path := range d.Paths {
			p.path(m["paths"], path)
		}
	}
	if m["verify"] != nil {
		d.Verify = p.text(m["verify"])
		p.path(m["verify"], d.Verify)
	}
	if m["answer"] != nil {
		d.Answer = p.success(m["answer"], d.Answer)
	}
	if m["lifetime"] != nil {
		d.Lifetime = p.span(m["lifetime"], "lifetime")
	}
	if m["interval"] != nil {
		d.Interval = p.span(m["interval"], "interval")
	}
}

func (p *parser) oauthErrors(n *yaml.Node) {
	m := p.mapping(n, "status", "json", "codes")
	if m == nil {
		return
	}
	e := OAuthErrors{Codes: map[string]string{}}
	if m["status"] != nil {
		e.Status = p.status(m["status"])
	}
	if m["json"] != nil {
		t := p.tree(m["json"], 0)
		e.Body = &t
	}
	p.each(m["codes"], func(code string, own *yaml.Node) { e.Codes[code] = p.text(own) })
	p.dialect.API.OAuth.Errors = e
}
