/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.TableModel;

/**
 * Files of all kinds, under keys of 16 bytes.
 */
final class FilesSync extends Scenario {

	private static final int LARGE = 200_000;

	private static final TableModel[] TABLES = { SampleTable.FILES, SampleTable.FILE_REVIEWS };

	FilesSync() {
		super("files-sync",
				"Binary data arrives byte for byte, whatever is in it, also after it was changed elsewhere.");
	}

	@Override
	void play(Stage stage) {
		String ann = stage.user("ann");
		Device phone = stage.device(ann, "phone", TABLES);
		Device tablet = stage.device(ann, "tablet", TABLES);
		Written written = new Written();
		String empty = written.add(phone, "empty", new byte[0]);
		String single = written.add(phone, "one byte", new byte[1]);
		String all = written.add(phone, "all byte values", allValues());
		String large = written.add(phone, "large", randomBytes(stage));
		stage.tell("the phone writes files of no byte, one byte, all 256 values and " + LARGE
				+ " bytes, with a review of each, and the tablet gets them");
		syncAndVerify(stage, phone, tablet, written);

		stage.tell("the tablet fills the empty file, empties another, turns one round and changes one byte of the"
				+ " large one");
		written.rewrite(tablet, empty, allValues());
		written.rewrite(tablet, single, new byte[0]);
		written.rewrite(tablet, all, reversed(allValues()));
		byte[] changed = written.files.getOrDefault(large, new byte[0]).clone();
		changed[stage.random().nextInt(changed.length)] ^= 1;
		written.rewrite(tablet, large, changed);
		syncAndVerify(stage, tablet, phone, written);

		stage.tell("the tablet deletes the large file and another with their reviews");
		written.delete(tablet, large);
		written.delete(tablet, all);
		syncAndVerify(stage, tablet, phone, written);

		stage.tell("the phone writes the large file again, with other bytes");
		written.addAgain(phone, large, "large again", randomBytes(stage));
		syncAndVerify(stage, phone, tablet, written);
		stage.history(ann).requireCountedVersions();
	}

	private static byte[] allValues() {
		byte[] bytes = new byte[256];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) i;
		}
		return bytes;
	}

	private static byte[] reversed(byte[] bytes) {
		byte[] reversed = new byte[bytes.length];
		for (int i = 0; i < bytes.length; i++) {
			reversed[i] = bytes[bytes.length - 1 - i];
		}
		return reversed;
	}

	private static byte[] randomBytes(Stage stage) {
		byte[] bytes = new byte[LARGE];
		stage.random().nextBytes(bytes);
		return bytes;
	}

	private static void syncAndVerify(Stage stage, Device writer, Device reader, Written written) {
		stage.sync(writer);
		stage.sync(reader);
		for (Device device : List.of(writer, reader)) {
			written.files.forEach((file, data) -> requireBytes(file, device.toString(), data,
					device.query("SELECT data FROM files WHERE id = ?", Edits.key(SampleTable.FILES, file))));
			stage.requireEqual("what was written", written.rows, device.toString(), device.rows());
		}
		stage.withDatabase((database) -> written.files
			.forEach((file, data) -> requireBytes(file, "the server's business table", data,
					database.texts("select encode(data, 'hex') from business.files where id = cast(? as uuid)", file)
						.stream()
						.map(HexFormat.of()::parseHex)
						.toList())));
		stage.verify(writer.user());
	}

	private static void requireBytes(String file, String where, byte[] expected, List<?> found) {
		String what = "data of " + SampleTable.FILES.rowName(file) + " in " + where + ": expected " + expected.length
				+ " bytes, found ";
		if (found.size() != 1 || !(found.get(0) instanceof byte[] bytes)) {
			throw new ScenarioFailure(what + found);
		}
		int difference = Arrays.mismatch(expected, bytes);
		if (difference >= 0) {
			throw new ScenarioFailure(what + bytes.length + ", the first difference at byte " + difference
					+ ": expected " + byteAt(expected, difference) + ", found " + byteAt(bytes, difference));
		}
	}

	private static String byteAt(byte[] bytes, int index) {
		return (index < bytes.length) ? "0x" + HexFormat.of().toHexDigits(bytes[index]) : "the end";
	}

	/**
	 * The expected files, each with one review.
	 */
	private static final class Written {

		private final Map<String, byte[]> files = new LinkedHashMap<>();

		private final Map<String, String> reviews = new LinkedHashMap<>();

		/** As {@link Device#rows()}. */
		private final Map<String, List<String>> rows = new TreeMap<>();

		String add(Device device, String name, byte[] data) {
			String file = Edits.newKey();
			addAgain(device, file, name, data);
			return file;
		}

		void addAgain(Device device, String file, String name, byte[] data) {
			Edits.addFile(device, file, name, data);
			noteFile(file, name, data);
			String review = Edits.addReview(device, "a review of " + name, file);
			this.reviews.put(file, review);
			noteReview(review, "a review of " + name, file);
		}

		void rewrite(Device device, String file, byte[] data) {
			Edits.rewriteFile(device, file, data);
			noteFile(file, this.rows.getOrDefault(SampleTable.FILES.rowName(file), List.of(file, "")).get(1), data);
			String review = this.reviews.getOrDefault(file, "");
			Edits.rewriteReview(device, review, "seen again");
			noteReview(review, "seen again", file);
		}

		void delete(Device device, String file) {
			String review = this.reviews.getOrDefault(file, "");
			Edits.delete(device, SampleTable.FILE_REVIEWS, review);
			Edits.delete(device, SampleTable.FILES, file);
			this.files.remove(file);
			this.rows.remove(SampleTable.FILE_REVIEWS.rowName(review));
			this.rows.remove(SampleTable.FILES.rowName(file));
		}

		private void noteFile(String file, String name, byte[] data) {
			this.files.put(file, data);
			this.rows.put(SampleTable.FILES.rowName(file), List.of(file, name, HexFormat.of().formatHex(data)));
		}

		private void noteReview(String review, String text, String file) {
			this.rows.put(SampleTable.FILE_REVIEWS.rowName(review), List.of(review, text, file));
		}

	}

}
