package api

import (
	"fmt"
	"net/url"
	"strconv"
)

// Paging is the part of a list that a caller asks for.
type Paging struct {
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many items at most."`
	After string `query:"after" pattern:"^[0-9]{1,18}$" doc:"Cursor: where the page before ended."`
}

// listing is the answer with a page of a list. Link is that of RFC 8288 to the next page.
type listing[T any] struct {
	Link string `header:"Link" doc:"The next page, as rel=\"next\"."`
	Body page[T]
}

// page is a page of a list.
type page[T any] struct {
	Items []T     `json:"items" nullable:"false"`
	Next  *string `json:"next" doc:"Path and query of the next page; null on the last one."`
}

// element is an item of a list with its place there, which the cursor names.
type element[T any] struct {
	place int64
	item  T
}

// paged makes a page of the elements that come after the cursor. The list must be in the order of the places:
// growing ones, or falling ones where newest is set. filters are the other query parameters, in pairs; empty
// ones are left out.
func paged[T any](path string, q Paging, newest bool, list []element[T], filters ...string) *listing[T] {
	after, started := int64(0), q.After != ""
	if started {
		after, _ = strconv.ParseInt(q.After, 10, 64) // the pattern lets only numbers in
	}
	out := &listing[T]{Body: page[T]{Items: []T{}}}
	for i := range list {
		place := list[i].place
		if started && (place == after || place > after == newest) {
			continue
		}
		if len(out.Body.Items) == q.Limit {
			out.next(path, q, last(list[:i]), filters)
			break
		}
		out.Body.Items = append(out.Body.Items, list[i].item)
	}
	return out
}

func last[T any](list []element[T]) int64 { return list[len(list)-1].place }

// next links to the page after this one.
func (l *listing[T]) next(path string, q Paging, after int64, filters []string) {
	values := url.Values{"after": {strconv.FormatInt(after, 10)}, "limit": {strconv.Itoa(q.Limit)}}
	for i := 0; i < len(filters); i += 2 {
		if filters[i+1] != "" {
			values.Set(filters[i], filters[i+1])
		}
	}
	target := path + "?" + values.Encode()
	l.Link, l.Body.Next = fmt.Sprintf("<%s>; rel=%q", target, "next"), &target
}
