/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.TableModel;
import org.jspecify.annotations.Nullable;

/**
 * The edits of users on a device. Keys are new in each run, so that the rows of different
 * users and runs never meet.
 */
final class Edits {

	private Edits() {
	}

	/** Adds a user and returns the key. */
	static String addUser(Device device, String name) {
		String key = newKey();
		addUser(device, key, name);
		return key;
	}

	/** Adds a user with a key that may have been in use before. */
	static void addUser(Device device, String key, String name) {
		String now = now();
		one(device, "INSERT INTO users (id, name, email, created_at, updated_at) VALUES (?, ?, ?, ?, ?)", key, name,
				email(name), now, now);
	}

	/** Adds users in one transaction and returns their keys. */
	static List<String> addUsers(Device device, int count, String name) {
		List<String> keys = new ArrayList<>();
		inTransaction(device, () -> {
			for (int i = 1; i <= count; i++) {
				keys.add(addUser(device, name + " " + i));
			}
		});
		return keys;
	}

	/** Adds a post and returns the key. */
	static String addPost(Device device, String title, @Nullable String author) {
		String key = newKey();
		addPost(device, key, title, author);
		return key;
	}

	/** Adds a post with a key that may have been in use before. */
	static void addPost(Device device, String key, String title, @Nullable String author) {
		String now = now();
		one(device,
				"INSERT INTO posts (id, title, content, author_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
				key, title, "The text of " + title, author, now, now);
	}

	/** Adds posts in one transaction, of each author in turn, and returns their keys. */
	static List<String> addPosts(Device device, int count, String title, List<String> authors) {
		List<String> keys = new ArrayList<>();
		inTransaction(device, () -> {
			for (int i = 1; i <= count; i++) {
				keys.add(addPost(device, title + " " + i, authors.get(i % authors.size())));
			}
		});
		return keys;
	}

	static void renameUser(Device device, String key, String name) {
		one(device, "UPDATE users SET name = ?, updated_at = ? WHERE id = ?", name, now(), key);
	}

	static void renamePost(Device device, String key, String title) {
		one(device, "UPDATE posts SET title = ?, updated_at = ? WHERE id = ?", title, now(), key);
	}

	/** Gives several posts the same title in one transaction. */
	static void renamePosts(Device device, List<String> keys, String title) {
		inTransaction(device, () -> keys.forEach((key) -> renamePost(device, key, title)));
	}

	/** Adds a file and returns the key. */
	static String addFile(Device device, String name, byte[] data) {
		String key = newKey();
		addFile(device, key, name, data);
		return key;
	}

	/** Adds a file with a key that may have been in use before. */
	static void addFile(Device device, String key, String name, byte[] data) {
		one(device, "INSERT INTO files (id, name, data) VALUES (?, ?, ?)", blob(key), name, data);
	}

	static void rewriteFile(Device device, String key, byte[] data) {
		one(device, "UPDATE files SET data = ? WHERE id = ?", data, blob(key));
	}

	/** Adds a review of a file and returns the key. */
	static String addReview(Device device, String review, String file) {
		String key = newKey();
		one(device, "INSERT INTO file_reviews (id, review, file_id) VALUES (?, ?, ?)", blob(key), review, blob(file));
		return key;
	}

	static void rewriteReview(Device device, String key, String review) {
		one(device, "UPDATE file_reviews SET review = ? WHERE id = ?", review, blob(key));
	}

	static void delete(Device device, TableModel table, String key) {
		one(device, "DELETE FROM " + table.sqlName() + " WHERE id = ?", key(table, key));
	}

	static void inTransaction(Device device, Runnable edits) {
		device.execute("BEGIN IMMEDIATE");
		edits.run();
		device.execute("COMMIT");
	}

	/** Runs a statement that changes exactly one row. */
	static void one(Device device, String sql, @Nullable Object... arguments) {
		int changed = device.execute(sql, arguments);
		if (changed != 1) {
			throw new ScenarioFailure(device + ": expected one row to be changed, but there were " + changed + ": "
					+ sql + " of " + List.of(arguments));
		}
	}

	/** Returns a key as the table holds it on a device. */
	static Object key(TableModel table, String key) {
		return table.key().kind().key(UUID.fromString(key));
	}

	private static Object blob(String key) {
		return key(SampleTable.FILES, key);
	}

	static String newKey() {
		return UUID.randomUUID().toString();
	}

	/** Returns what {@link #addUser} takes for the address. */
	static String email(String name) {
		return name.replace(' ', '.') + "@example.org";
	}

	/** Returns a timestamp as the application writes it. */
	static String now() {
		return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
	}

}
