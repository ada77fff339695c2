//! What the operator wrote wrong: file, line, column, a sentence and a suggestion. All of them, then stop.
