package api_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

func TestFilesTravelAsFormAndAsBase64(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.asked()
		at, png := "/handoffs/"+string(h.ID), []byte("\x89PNG\r\n\x1a\n not quite")
		var form bytes.Buffer
		m := multipart.NewWriter(&form)
		w.must(m.WriteField("note", "Así llegó"))
		for name, content := range map[string]string{"../ma\u00f1ana\".png": string(png), "b.txt": "hola"} {
			p, err := m.CreateFormFile("files", name)
			w.must(err)
			_, err = p.Write([]byte(content))
			w.must(err)
		}
		w.must(m.Close())
		var e api.Event
		w.as(w.Fabio, http.MethodPost, at+"/files", form.Bytes(), "Content-Type", m.FormDataContentType()).is(http.StatusCreated).read(&e)
		if e.Kind != "commented" || e.Note != "Así llegó" || e.ActorName != "Fabio Mar" {
			t.Errorf("%+v", e)
		}
		w.as(w.Fabio, http.MethodPost, at+"/files", api.Comment{Files: []api.Upload{{Name: "c.txt", Content: []byte("adiós")}}}).is(http.StatusCreated)
		w.as(w.Fabio, http.MethodPost, at+"/files", `{"note":"nada"}`).says(http.StatusUnprocessableEntity, "body.files", "err.required")
		w.as(w.Fabio, http.MethodPost, at+"/files", "--y\r\n\r\nx\r\n--y--", "Content-Type", "multipart/form-data; boundary=y").says(http.StatusUnprocessableEntity, "", "api.err.form")
		w.as(w.Fabio, http.MethodPost, at+"/files", `{"note":5}`).says(http.StatusUnprocessableEntity, "body.note", "api.err.text")
		var v api.Detail
		w.as(w.Elena, http.MethodGet, at, nil).is(http.StatusOK).read(&v)
		if len(v.Files) != 3 || len(v.Story[1].Files) != 2 {
			t.Fatalf("%+v", v)
		}
		for _, f := range v.Files {
			got := w.as(w.Elena, http.MethodGet, at+"/files/"+f.ID, nil).is(http.StatusOK)
			if f.Type == "image/png" && (!bytes.Equal(got.body, png) || f.Size != int64(len(png))) {
				t.Errorf("%s came back as %q", f.Name, got.body)
			}
			if got.header.Get("Content-Type") != f.Type || got.header.Get("X-Content-Type-Options") != "nosniff" ||
				got.header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || got.header.Get("Content-Disposition")[:10] != "attachment" {
				t.Errorf("%v", got.header)
			}
		}
		other := "/handoffs/" + string(w.asked().ID) + "/files/" + v.Files[0].ID
		w.as(w.Elena, http.MethodGet, other, nil).says(http.StatusNotFound, "", "handoff.err.no_file")
		w.as(w.other.Ana, http.MethodGet, at+"/files/"+v.Files[0].ID, nil).says(http.StatusNotFound, "", "handoff.err.no_file")
	})
}
