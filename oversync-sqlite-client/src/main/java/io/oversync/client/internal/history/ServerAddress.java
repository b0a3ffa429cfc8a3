/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.history;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Locale;

import io.oversync.client.Recovery;
import io.oversync.client.SyncSetupException;
import io.oversync.client.internal.database.Database;
import io.oversync.client.internal.store.SyncState;
import io.oversync.client.internal.support.MessageText;
import org.jspecify.annotations.Nullable;

/**
 * The server that a database is synced with. Positions and versions of one server mean
 * nothing to another, so a database does not change its server unasked. Host, port and
 * path count. The scheme does not, since a server gets a certificate one day: the default
 * ports of both are one.
 *
 * @param uri the URL of the endpoints
 * @param changeAllowed whether the database may have been another server's
 */
public record ServerAddress(URI uri, boolean changeAllowed) {

	private static final int HTTP = 80;

	private static final int HTTPS = 443;

	private static final int MAX_PORT = 65_535;

	/**
	 * Checks that a URL is one that paths can be added to.
	 * @throws SyncSetupException if it is not
	 */
	public static void check(URI uri) {
		String problem = problem(uri);
		if (problem != null) {
			// what may hold a password is not shown
			String shown = (uri.getRawUserInfo() != null) ? "" : " '" + MessageText.shortened(uri.toString()) + "'";
			throw new SyncSetupException("The server's URL" + shown + " given to server() " + problem
					+ ", such as https://example.org/sync");
		}
	}

	private static @Nullable String problem(URI uri) {
		if (uri.getScheme() == null || uri.getRawAuthority() == null) {
			return "must be absolute";
		}
		if (!uri.getScheme().equalsIgnoreCase("http") && !uri.getScheme().equalsIgnoreCase("https")) {
			return "must begin with http:// or https://";
		}
		if (uri.getRawUserInfo() != null) {
			return "must not name a user: the token does, see token(). Give a plain URL";
		}
		if (uri.getHost() == null) {
			return "must have a host of letters, digits, '.' and '-' (others in their form with xn--)";
		}
		if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
			return "must have a port of 1 to " + MAX_PORT + ", or none";
		}
		if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
			return "must have neither a query (?…) nor a fragment (#…), since paths are added to it";
		}
		return null;
	}

	/**
	 * Checks that the database is this server's, or takes it over.
	 * @throws SyncSetupException if it is another server's and may not be taken over
	 */
	public void check(Database database) throws SQLException {
		SyncState state = new SyncState(database);
		String known = state.server();
		String here = name();
		if (here.equals(known)) {
			return;
		}
		if (known != null && isUsed(database, state)) {
			String message = "The database was synced with the server " + known + " and is opened with " + here;
			if (!this.changeAllowed) {
				throw new SyncSetupException(message
						+ ": use one database file for each server, or call allowServerChange() to bring this one"
						+ " to the new server");
			}
			state.noteRecovery(Recovery.Reason.SERVER_CHANGED, message);
		}
		state.setServer(here);
	}

	private String name() {
		String path = this.uri.normalize().getPath();
		return host() + port() + ((path != null) ? path.replaceAll("/+$", "") : "");
	}

	private String host() {
		String host = String.valueOf(this.uri.getHost()).toLowerCase(Locale.ROOT);
		if (!host.startsWith("[")) {
			return host.replaceAll("\\.$", "");
		}
		try {
			// an address asks no name server
			return "[" + InetAddress.getByName(host).getHostAddress() + "]";
		}
		catch (UnknownHostException ex) {
			return host;
		}
	}

	private String port() {
		int usual = "https".equalsIgnoreCase(this.uri.getScheme()) ? HTTPS : HTTP;
		int port = this.uri.getPort();
		return (port < 0 || port == usual) ? "" : ":" + port;
	}

	private static boolean isUsed(Database database, SyncState state) throws SQLException {
		return state.cursor() > 0 || database
			.number("SELECT EXISTS (SELECT 1 FROM _sync_row) OR EXISTS (SELECT 1 FROM _sync_outbox)") > 0;
	}

}
