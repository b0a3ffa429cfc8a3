/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.oversync.sample.SampleApplication;
import io.oversync.verification.device.JsonHttp;
import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.device.UnreachableServerException;
import io.oversync.verification.server.KillableServer;

/**
 * A server like the sample: it has some of its tables and gives tokens to every user at
 * {@code POST /dummy-signin}.
 */
public final class SampleTarget {

	private SampleTarget() {
	}

	/**
	 * Names a server; nothing is sent.
	 * @param server its address without a path, such as {@code http://localhost:8080}
	 * @return the server
	 */
	public static SyncTarget at(String server) {
		return new SyncTarget(server, SampleTarget::token, SampleTable.ALL);
	}

	/**
	 * Starts the sample with a PostgreSQL of its own; returns when it answers.
	 * @param folder for the database and the logs
	 * @param args further arguments, see {@link KillableServer#start}
	 * @return the running server
	 * @throws IllegalStateException if it does not start; nothing is left running
	 */
	public static KillableServer start(Path folder, String... args) {
		List<String> all = new ArrayList<>(List.of(args));
		all.add("--sample.jwt.secret=" + UUID.randomUUID() + UUID.randomUUID());
		return KillableServer.start(folder, SampleApplication.class, SampleTarget::at, all);
	}

	private static String token(String server, String user, String device) {
		String uri = server + "/dummy-signin";
		String token = JsonHttp.post(uri, null, Map.of("user", user, "password", "any", "device", device))
			.path("token")
			.asString("");
		if (token.isEmpty()) {
			throw new UnreachableServerException(uri + " answered without a token: is this the sample?");
		}
		return token;
	}

}
