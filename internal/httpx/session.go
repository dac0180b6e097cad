package httpx

import (
	"net"
	"net/http"
	"strings"
	"time"
)

// sessionCookie holds the secret of a session, and nothing else.
const sessionCookie = "eslabon"

// SetSession gives the browser the secret of a session, until it ends.
func SetSession(w http.ResponseWriter, r *http.Request, secret string, ends time.Time) {
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: secret, Path: "/", Expires: ends,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: Secure(r),
	})
}

// ClearSession takes the secret of a session from the browser.
func ClearSession(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: Secure(r),
	})
}

// Session returns the secret of the session of a request, or nothing.
func Session(r *http.Request) string { return cookie(r, sessionCookie) }

// Bearer returns the token with which a program speaks, or nothing.
func Bearer(r *http.Request) string {
	s, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return strings.TrimSpace(s)
}

// Secure reports whether the browser came by TLS, to us or to the proxy in
// front of us.
func Secure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// Address returns the network address of who sends the request. Behind a proxy
// that we were told to trust, it is what the proxy says.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// Proxied makes Address tell what the nearest proxy saw: the last entry of
// X-Forwarded-For. Only for servers that are reached by that proxy alone.
func Proxied(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(hops[len(hops)-1]); net.ParseIP(last) != nil {
			r.RemoteAddr = net.JoinHostPort(last, "0")
		}
		next.ServeHTTP(w, r)
	})
}
