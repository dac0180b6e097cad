package web

import (
	"mime/multipart"
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
)

// readOn is how many times the limit of an upload we read before we hang up: a
// browser that is cut off in the middle shows no sentence of ours.
const readOn = 4

// UploadOr is Upload for a form that people fill in. What is too large goes to
// again, which shows the form with what was typed and without the files.
func UploadOr(most int64, h, again Handler) http.HandlerFunc {
	return adapt(func(r *http.Request, a authz.Actor) (Result, error) {
		if sizeOf(r.MultipartForm) <= most {
			return h(r, a)
		}
		res, err := again(r, a)
		if err == nil {
			err = &http.MaxBytesError{Limit: most}
		}
		return res, err
	}, most*readOn, true)
}

func sizeOf(f *multipart.Form) (bytes int64) {
	if f == nil {
		return 0
	}
	for _, files := range f.File {
		for _, h := range files {
			bytes += h.Size
		}
	}
	return bytes
}
