// Checks a published log and its proofs with golang.org/x/mod/sumdb, which knows nothing of
// Tocsin: Go's own programs trust the checksum database by the same code.
//
//	interop log FOLDER KEY [OLDER-CHECKPOINT]
//	interop proof TLOG-PROOF KEY LEAF
//	interop growth OLDER-CHECKPOINT CHECKPOINT KEY PROOF
//
// Exits 0 where all is well, and 1 with the reason where it is not.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	words := append(os.Args[1:], "", "", "", "", "")
	var err error
	switch words[0] {
	case "log":
		err = checkLog(folder(words[1]), words[2], words[3])
	case "proof":
		err = checkProof(words[1], words[2], words[3])
	case "growth":
		err = checkGrowth(words[1], words[2], words[3], words[4])
	default:
		panic("usage")
	}
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("accepted")
}

// checkLog proves every entry through the tiles, and builds the tree anew from the entries alone.
func checkLog(log folder, key, older string) error {
	tree, err := readTree(filepath.Join(string(log), "checkpoint"), key)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, log)
	entries, err := log.entries(tree.N)
	if err != nil {
		return err
	}
	var stored hashes
	for i, entry := range entries {
		index := int64(i)
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		more, err := tlog.StoredHashes(index, entry, stored)
		if err != nil {
			return err
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return errors.New("the entries have another root")
	}
	if older == "" {
		return nil
	}
	past, err := readTree(older, key)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, past.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, past.N, past.Hash)
}

// checkProof reads a C2SP tlog-proof that carries no extra data.
func checkProof(path, key, leaf string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, checkpoint, _ := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("not a tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	proof, err := parseHashes(lines[2:])
	if err != nil {
		return err
	}
	tree, err := openTree([]byte(checkpoint), key)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(leaf)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(data))
}

// checkGrowth reads a consistency proof with one hash a line.
func checkGrowth(older, newer, key, path string) error {
	past, err := readTree(older, key)
	if err != nil {
		return err
	}
	tree, err := readTree(newer, key)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	proof, err := parseHashes(strings.Fields(string(text)))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, past.N, past.Hash)
}

func readTree(path, key string) (tlog.Tree, error) {
	signed, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	return openTree(signed, key)
}

// openTree opens a checkpoint that the log with this key signed, whoever else did.
func openTree(signed []byte, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	origin, tree, _ := strings.Cut(opened.Text, "\n")
	if origin != verifier.Name() {
		return tlog.Tree{}, errors.New("a checkpoint of another log")
	}
	// tlog itself knows one origin only; the other lines are the same in every log.
	return tlog.ParseTree([]byte("go.sum database tree\n" + tree))
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		data, err := base64.StdEncoding.DecodeString(line)
		if err != nil || copy(found[i][:], data) != tlog.HashSize || len(data) != tlog.HashSize {
			return nil, errors.New("not a hash")
		}
	}
	return found, nil
}

// folder is a published log. C2SP's paths are tlog's without the tiles' height, which is 8.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := f.read(tile)
		if err != nil {
			return nil, err
		}
		found[i] = data
	}
	return found, nil
}

func (f folder) read(tile tlog.Tile) ([]byte, error) {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return os.ReadFile(filepath.Join(string(f), strings.Replace(path, "/data/", "/entries/", 1)))
}

// entries reads all entries, which lie in bundles, each after its length in two bytes.
func (f folder) entries(size int64) ([][]byte, error) {
	var found [][]byte
	for first := int64(0); first < size; first += 256 {
		width := min(256, int(size-first))
		data, err := f.read(tlog.Tile{H: 8, L: -1, N: first / 256, W: width})
		if err != nil {
			return nil, err
		}
		for ; width > 0; width-- {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, errors.New("a bundle is cut short")
			}
			length := int(binary.BigEndian.Uint16(data))
			found, data = append(found, data[2:2+length]), data[2+length:]
		}
		if len(data) > 0 {
			return nil, errors.New("a bundle goes on after its last entry")
		}
	}
	return found, nil
}

// hashes holds every hash of a tree in tlog's own order.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = h[index]
	}
	return found, nil
}
