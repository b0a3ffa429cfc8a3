/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http.server;

import java.io.IOException;
import java.io.OutputStream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerPortFileWriter;

/**
 * A small application that syncs two tables. It writes its port to
 * {@code application.port} in its working directory, and ends when its standard input
 * does: nothing is left running when the one who has started it is killed.
 */
@SpringBootApplication
public class BenchServer {

	/**
	 * Starts it.
	 * @param args Spring Boot's arguments, with the database among them
	 * @throws IOException if the standard input cannot be read
	 */
	public static void main(String[] args) throws IOException {
		SpringApplication application = new SpringApplication(BenchServer.class);
		application.addListeners(new WebServerPortFileWriter());
		application.run(args);
		System.in.transferTo(OutputStream.nullOutputStream());
		System.exit(0);
	}

}
