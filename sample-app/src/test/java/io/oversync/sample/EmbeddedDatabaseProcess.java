/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.nio.file.Path;

/**
 * An application that starts the embedded PostgreSQL and waits to be killed.
 */
final class EmbeddedDatabaseProcess {

	private EmbeddedDatabaseProcess() {
	}

	@SuppressWarnings("resource") // intentionally never closed
	public static void main(String[] args) throws InterruptedException {
		EmbeddedDatabase database = EmbeddedDatabase.start(new DatabaseProperties(Path.of(args[0]), 0), false);
		System.out.println("PORT " + database.port());
		Thread.currentThread().join();
	}

}
