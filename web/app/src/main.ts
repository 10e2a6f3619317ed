import "./styles/fonts.css";
import { setWorkerUrl } from "maplibre-gl";

declare const KRAJ_WORKER_FILE: string;
setWorkerUrl(new URL(KRAJ_WORKER_FILE, import.meta.url).href);
