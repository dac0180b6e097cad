package load

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
)

// mostZip is how large a zip may be: its list of files is at its end, so that
// the whole of it is needed.
const mostZip = 256 << 20

// unzip opens the one file of a zip, or finds that it is a spreadsheet.
func unzip(r io.Reader) (text io.ReadCloser, isSheet bool, err error) {
	b, err := io.ReadAll(io.LimitReader(r, mostZip+1))
	if err != nil {
		return nil, false, err
	}
	if len(b) > mostZip {
		return nil, false, most("too_large", mostZip)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, false, &Error{Code: "gzip", Err: err}
	}
	if slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "[Content_Types].xml" }) {
		return nil, true, nil
	}
	var file *zip.File
	for _, f := range z.File {
		switch {
		case strings.HasSuffix(f.Name, "/"), strings.HasPrefix(f.Name, "__MACOSX/"):
			continue
		case file != nil:
			return nil, false, &Error{Code: "format", Field: f.Name}
		}
		file = f
	}
	if file == nil {
		return nil, false, &Error{Code: "empty"}
	}
	text, err = file.Open()
	if err != nil {
		return nil, false, &Error{Code: "gzip", Err: err}
	}
	return text, false, nil
}
