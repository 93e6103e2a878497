package standalone

import (
	"encoding/json"
	"net/url"
	"testing"
)

// Forms nest as SDKs write them.
func TestFormFields(t *testing.T) {
	for form, want := range map[string]string{
		"name=Ada&metadata[a]=b":                                   `{"metadata":{"a":"b"},"name":"Ada"}`,
		"items[0][price]=p&items[0][quantity]=2&items[1][price]=q": `{"items":[{"price":"p","quantity":"2"},{"price":"q"}]}`,
		"expand[]=a&expand[]=b":                                    `{"expand":["a","b"]}`,
		"expand[0]=a&expand[1]=b":                                  `{"expand":["a","b"]}`,
		"line_items[][price]=p":                                    `{"line_items":[{"price":"p"}]}`,
		"a[b][c][d]=e":                                             `{"a":{"b":{"c":{"d":"e"}}}}`,
		"a=text&a[b]=c":                                            `{"a":{"b":"c"}}`,
		"a[1]=x":                                                   `{"a":{"1":"x"}}`,
	} {
		values, err := url.ParseQuery(form)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(formFields(values)); err != nil || string(got) != want {
			t.Errorf("%s is %s, %v (expected %s)", form, got, err, want)
		}
	}
}
