// Go's net/http as a server: reads the JSON, keeps a session for each user, checks the codes, draws a challenge id,
// writes the JSON.
//	go_server --port N --certificate FILE --key FILE
package main

import (
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

type message struct {
	Type          string `json:"type"`
	Username      string `json:"username"`
	Password      string `json:"password"`
	ChallengeID   string `json:"challengeId"`
	ChallengeCode string `json:"challengeCode"`
	MfaCode       string `json:"mfaCode"`
	MfaType       string `json:"mfaType"`
	DeviceInfo    string `json:"deviceInfo"`
	AuthFlowStep  string `json:"authFlowStep"`
}

type tokens struct {
	Account struct {
		AccountID   string `json:"accountId"`
		AccountName string `json:"accountName"`
	} `json:"account"`
	AccessToken  string `json:"accessToken"`
	RefreshToken string `json:"refreshToken"`
}

type content struct {
	Status        string   `json:"status"`
	MfaType       string   `json:"mfaType,omitempty"`
	AuthFlowStep  string   `json:"authFlowStep,omitempty"`
	ChallengeID   string   `json:"challengeId,omitempty"`
	ChallengeText string   `json:"challengeText,omitempty"`
	Expires       int      `json:"challengeExpiresInSeconds,omitempty"`
	ExpiresIn     int      `json:"expiresInSeconds,omitempty"`
	AccountTokens []tokens `json:"accountTokens,omitempty"`
}

type envelope struct {
	Content   content `json:"content"`
	Status    string  `json:"status"`
	Message   string  `json:"message"`
	ErrorType string  `json:"errorType"`
}

type session struct {
	challenge string
	door      int
	until     time.Time
}

var lock sync.Mutex
var sessions = map[string]session{}

func same(left, right string) bool { return subtle.ConstantTimeCompare([]byte(left), []byte(right)) == 1 }

func judge(user string, asked *message) content {
	var id [16]byte
	rand.Read(id[:])
	lock.Lock()
	defer lock.Unlock()
	at, open := sessions[user]
	in := open && asked.ChallengeID == at.challenge && time.Now().Before(at.until)
	switch {
	case same(asked.Password, "correct horse battery staple"):
		sessions[user] = session{hex.EncodeToString(id[:]), 1, time.Now().Add(120 * time.Second)}
		return content{Status: "challengeIssued", MfaType: "phone", AuthFlowStep: "mfaFlow", ChallengeID: sessions[user].challenge,
			ChallengeText: "We sent a code of six digits to the phone number that ends in 42. Enter it here, or ask for another way to confirm that it is you.", Expires: 120}
	case in && at.door == 1 && same(asked.ChallengeCode, "123456"):
		sessions[user] = session{hex.EncodeToString(id[:]), 2, time.Now().Add(600 * time.Second)}
		return content{Status: "mfaRequired", MfaType: "totp", AuthFlowStep: "mfaFlow", ChallengeID: sessions[user].challenge,
			ChallengeText: "Open your authenticator and enter the six digits that it shows for this account. They change every thirty seconds.", Expires: 600}
	case in && at.door == 2 && same(asked.MfaCode, "654321"):
		delete(sessions, user)
		given := tokens{AccessToken: "mfT2wVbYq8hLr0sXkPzD5uNcJ7eGaHi1", RefreshToken: "Zr9KpL3xWc6VbN8mQs2DfGhJ5tYu1oEa"}
		given.Account.AccountID, given.Account.AccountName = "8031-4477", "Main"
		return content{Status: "succeeded", ExpiresIn: 7200, AccountTokens: []tokens{given}}
	}
	return content{Status: "failed"}
}

func authenticate(out http.ResponseWriter, in *http.Request) {
	if in.Method != "POST" || !same(in.Header.Get("X-Client-Id"), "bench") ||
		!same(in.Header.Get("X-Client-Secret"), "0123456789abcdef0123456789abcdef") {
		out.WriteHeader(401)
		return
	}
	body, err := io.ReadAll(in.Body)
	var asked message
	if err == nil {
		err = json.Unmarshal(body, &asked)
	}
	if err != nil {
		out.WriteHeader(400)
		return
	}
	text, _ := json.Marshal(envelope{Content: judge(in.URL.Query().Get("userId"), &asked), Status: "ok"})
	out.Header().Set("Content-Type", "application/json")
	out.Header().Set("Cache-Control", "no-store")
	out.Header().Set("Content-Length", strconv.Itoa(len(text)))
	out.Write(text)
}

func main() {
	port := flag.Int("port", 0, "")
	certificate := flag.String("certificate", "", "")
	key := flag.String("key", "", "")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	http.HandleFunc("/api/v1/authenticate", authenticate)
	server := &http.Server{Addr: fmt.Sprintf("127.0.0.1:%d", *port), IdleTimeout: 75 * time.Second,
		ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, ErrorLog: log.New(os.Stderr, "", 0),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS13}, TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}}
	log.Fatal(server.ListenAndServeTLS(*certificate, *key))
}
