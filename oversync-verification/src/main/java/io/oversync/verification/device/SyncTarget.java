/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.oversync.client.http.JdkSyncHttp;
import io.oversync.client.http.SyncHttp;

/**
 * A server of the protocol, seen from outside.
 */
public final class SyncTarget {

	/** The HTTP client of real devices. */
	public static final SyncHttp NETWORK = new JdkSyncHttp(JsonHttp.CLIENT, Duration.ofSeconds(60));

	private final String server;

	private final SignIn signIn;

	private final TableModels tables;

	/**
	 * Names a server; nothing is sent.
	 * @param server its address without a path, such as {@code http://localhost:8080}
	 * @param signIn hands out tokens
	 * @param tables the tables that it may sync
	 */
	public SyncTarget(String server, SignIn signIn, TableModels tables) {
		this.server = server.replaceAll("/+$", "");
		this.signIn = signIn;
		this.tables = tables;
	}

	/**
	 * Returns the address.
	 * @return without a trailing slash
	 */
	public String address() {
		return this.server;
	}

	/**
	 * Returns where the sync endpoints are.
	 * @return the base of {@code /upload} and {@code /download}
	 */
	public URI syncUri() {
		return URI.create(this.server + "/sync");
	}

	/**
	 * Signs a device in.
	 * @param user the user
	 * @param device the id of the device
	 * @return a bearer token
	 * @throws UnreachableServerException if the server does not hand out a token
	 */
	public String signIn(String user, String device) {
		return this.signIn.token(this.server, user, device);
	}

	/**
	 * Returns the tables that the server may sync.
	 * @return all of them
	 */
	public TableModels tables() {
		return this.tables;
	}

	/**
	 * Asks which of the tables the server syncs.
	 * @return these, in the same order
	 * @throws UnreachableServerException if the server does not answer
	 */
	public TableModels registeredTables() {
		Set<String> registered = new HashSet<>();
		JsonHttp.get(syncUri() + "/status", signIn("simulator", "simulator"))
			.path("registered_tables")
			.forEach((table) -> registered.add(table.asString()));
		return new TableModels(
				this.tables.list().stream().filter((table) -> registered.contains(table.qualifiedName())).toList());
	}

	/**
	 * Asks whether the server has a feature.
	 * @param name its name in the answer of {@code /status}
	 * @return whether it is listed
	 * @throws UnreachableServerException if the server does not answer
	 */
	public boolean hasFeature(String name) {
		return JsonHttp.get(syncUri() + "/status", signIn("simulator", "simulator"))
			.path("features")
			.path(name)
			.asBoolean(false);
	}

	@Override
	public String toString() {
		return this.server;
	}

}
