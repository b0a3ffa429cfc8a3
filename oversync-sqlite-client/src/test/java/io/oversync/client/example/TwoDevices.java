/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.example;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.UUID;

import io.oversync.client.ConflictResolver;
import io.oversync.client.SyncClient;

public final class TwoDevices {

	public static void main(String[] args) throws Exception {
		URI server = URI.create((args.length > 0) ? args[0] : "http://localhost:8080");
		Path folder = Files.createTempDirectory("devices");
		String user = "ann-" + UUID.randomUUID();
		try (SyncClient phone = open(folder, server, user, "phone");
				SyncClient tablet = open(folder, server, user, "tablet")) {
			sql(folder, "phone", "INSERT INTO users VALUES ('" + UUID.randomUUID() + "', 'Ann', 'ann@example.org')");
			System.out.println("phone:  " + phone.sync().upload());
			System.out.println("tablet: " + tablet.sync().download());

			sql(folder, "tablet", "UPDATE users SET name = 'Anna'");
			sql(folder, "phone", "UPDATE users SET email = 'ann@example.com'");
			tablet.sync();
			System.out.println("phone:  " + phone.sync().upload().conflicts());
			tablet.sync();
			System.out.println("tablet: " + sql(folder, "tablet", "SELECT name || ', ' || email FROM users"));
		}
	}

	// @formatter:off
	private static SyncClient open(Path folder, URI server, String user, String device) throws Exception {
		sql(folder, device, "CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL)");
		HttpRequest signIn = HttpRequest.newBuilder(server.resolve("/dummy-signin"))
			.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(
				"{\"user\":\"" + user + "\",\"password\":\"any\",\"device\":\"" + device + "\"}")).build();
		String token = HttpClient.newHttpClient().send(signIn, HttpResponse.BodyHandlers.ofString()).body()
			.replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
		return SyncClient.builder().database(folder.resolve(device + ".db")).server(server.resolve("/sync"))
			.token(() -> token).user(user).device(device).schema("business").tables("users")
			.resolver(ConflictResolver.threeWayMerge()).open();
	}
	// @formatter:on

	private static String sql(Path folder, String device, String statement) throws Exception {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(device + ".db"));
				Statement sql = connection.createStatement()) {
			return sql.execute(statement) ? sql.getResultSet().getString(1) : "";
		}
	}

}
