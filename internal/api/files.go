package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"

	"github.com/danielgtaylor/huma/v2"
)

type attachIn struct {
	ByID
	Type    string `header:"Content-Type" hidden:"true"`
	RawBody []byte `contentType:"application/json"`
}

type fileIn struct {
	ByID
	File string `path:"file" doc:"The id of the file."`
}

// fileOut is a file as it was attached. Browsers keep it and show none of it.
type fileOut struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy"`
	Sniff       string `header:"X-Content-Type-Options"`
	Body        []byte
}

const formData = "multipart/form-data"

func (f *surface) files() {
	const tag = "handoffs"
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/files", id: "attach", summary: "Attach files, with a comment or without",
		detail: "As multipart/form-data with files and a note, or as JSON with the files in base64.",
		status: http.StatusCreated, most: mostUpload, shape: attachBody,
	}, func(ctx context.Context, a authz.Actor, in *attachIn) (*out[Event], error) {
		note, files, err := attached(in.Type, in.RawBody)
		if err != nil {
			return nil, err
		}
		return f.comment(ctx, a, in.ID, note, files)
	})
	attach := f.api.OpenAPI().Paths[Prefix+"/handoffs/{id}/files"].Post.RequestBody
	attach.Content["application/json"].Schema = &huma.Schema{Ref: schemas + "Comment"}
	on(f, tag, route{
		method: http.MethodGet, path: "/handoffs/{id}/files/{file}", id: "file", summary: "An attached file", shape: fileBody,
	}, func(ctx context.Context, a authz.Actor, in *fileIn) (*fileOut, error) {
		v, content, err := f.Handoffs.File(ctx, a, id.File(in.File))
		if err != nil {
			return nil, err
		}
		if string(v.Handoff) != in.ID {
			return nil, errs.New(errs.NotFound, "handoff.err.no_file")
		}
		return &fileOut{
			Type: v.Type, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": v.Name}),
			Policy: "default-src 'none'; sandbox", Sniff: "nosniff", Body: content,
		}, nil
	})
}

// attached reads a note and files from a body of either type.
func attached(contentType string, body []byte) (note string, files []handoff.Upload, err error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err == nil && kind == formData {
		if note, files, err = fromForm(body, params["boundary"]); err != nil {
			return "", nil, &errs.Error{Kind: errs.Invalid, Key: "api.err.form", Err: err}
		}
	} else {
		var c Comment
		if err := unmarshal(body, &c); err != nil {
			return "", nil, unreadable(err)
		}
		note, files = c.Note, uploads(c.Files)
	}
	if len(files) == 0 {
		return "", nil, errs.Field("files", "err.required")
	}
	return note, files, nil
}

// unreadable is what is wrong with a body that this package read by itself.
func unreadable(err error) error {
	u, ok := errors.AsType[unread](err)
	if !ok {
		return err
	}
	if u.field == "" {
		return errs.New(errs.Invalid, u.key)
	}
	return errs.Field(u.field, u.key)
}

func fromForm(body []byte, boundary string) (note string, files []handoff.Upload, err error) {
	for r := multipart.NewReader(bytes.NewReader(body), boundary); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return note, files, nil
		}
		if err != nil {
			return "", nil, err
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return "", nil, err
		}
		switch {
		case p.FileName() != "":
			files = append(files, handoff.Upload{Name: p.FileName(), Content: b})
		case p.FormName() == "note" && clean(string(b)):
			note = string(b)
		default:
			return "", nil, errors.New("neither a file nor a note")
		}
	}
}

// attachBody writes both forms of the body into the document.
func attachBody(o *huma.Operation) {
	o.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{
		formData: {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"files"},
			Properties: map[string]*huma.Schema{
				"note":  {Type: huma.TypeString},
				"files": {Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
			},
			Examples: []any{map[string]any{"note": "Así llegó la etiqueta.", "files": []string{"etiqueta.jpg"}}},
		}},
	}}
}

// fileBody writes the bytes of a file into the document.
func fileBody(o *huma.Operation) {
	o.Responses = map[string]*huma.Response{"200": {
		Description: "The file, of the type that its content has.",
		Content: map[string]*huma.MediaType{"*/*": {
			Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}, Example: "%PDF-1.7 …",
		}},
	}}
}
